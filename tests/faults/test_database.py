"""The database goes away and comes back: a clear 503 meanwhile, service afterwards (RELIABILITY F3)."""

import http.client
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from config.embedded import Servers
from config.processes import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def web(tmp_path):
    """The web server on servers of its own: yields (ask, servers)."""
    with Servers(tmp_path / "servers", durable=True) as servers:
        port = free_port()
        env = {**os.environ, **servers.environment(), "SITE_URL": f"http://localhost:{port}"}
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True)
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        with subprocess.Popen([*command, "config.wsgi:application"], cwd=ROOT, env=env) as process:

            def ask(path):
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                    connection.request("GET", path, headers={"Host": "localhost"})
                    response = connection.getresponse()
                    return response.status, dict(response.getheaders()), response.read().decode()

            def answers():
                try:
                    return ask("/accounts/login/")[0] == 200
                except OSError:
                    return False

            assert wait_for(answers, within=30, every=0.2)
            yield ask, answers, servers
            process.terminate()


def test_without_the_database_the_answer_is_503_and_service_comes_back(web):
    ask, answers, servers = web

    servers.postgres.kill()
    status, headers, page = ask("/accounts/login/")
    api_status, api_headers, problem = ask("/api/v1/referrals/")

    assert (status, api_status) == (503, 503)
    assert headers["retry-after"] == api_headers["retry-after"] == "5"
    assert api_headers["content-type"] == "application/problem+json"
    assert "Traceback" not in page + problem

    servers.postgres.start()
    assert wait_for(answers, within=30, every=0.2)
