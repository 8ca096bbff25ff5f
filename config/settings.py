"""Waymark's settings. Everything that differs between places comes from the environment (see README)."""

import json
from email.utils import parseaddr
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import database, flag, text

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(text("WAYMARK_VAR", str(BASE_DIR / "var")))

DEBUG = flag("DEBUG")
DEMO = flag("DEMO")  # the demonstration world: the mailbox page, the account list
SECRET_KEY = text("SECRET_KEY")
FIELD_KEY = text("FIELD_KEY")  # base64 of 32 bytes; encrypts contacts, packets and messages
DOCUMENTS = VAR / "documents"  # uploaded files, sealed; apart from what the web serves
CLAMAV_URL = text("CLAMAV_URL", "")  # tcp://host:3310 or unix:///path/of/clamd.sock; without it no virus scanner
SITE_URL = text("SITE_URL", f"http://localhost:{text('PORT', '8000')}").rstrip("/")  # links in mail, never from Host
ALLOWED_HOSTS = [host for host in text("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "core",  # before allauth: our templates for signing in take the place of its own
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "partners",
    "cases",
    "referral",
    "notifications",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.Acting",
    "core.middleware.LoginRequired",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "core.navigation.navigation",
            ],
        },
    }
]

# One of three database roles: the web is `app`, Celery is `worker`, only migrations are `owner`.
ROLE = text("WAYMARK_ROLE", "app")
DATABASE_URL_OF = {"app": "DATABASE_URL", "worker": "WORKER_DATABASE_URL", "owner": "OWNER_DATABASE_URL"}
DATABASES = {"default": database(text(DATABASE_URL_OF[ROLE]))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = text("REDIS_URL")

# Rate limits and short-lived facts live in PostgreSQL, so that signing in works while Redis is away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "core.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "core.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
REQUIRE_SECOND_FACTOR = flag("REQUIRE_SECOND_FACTOR", default=not DEMO)

SESSION_COOKIE_AGE = 12 * 3600  # absolute, seconds
SESSION_IDLE_SECONDS = int(text("SESSION_IDLE_SECONDS", "1800"))  # RELIABILITY 2.5: idle 15 to 30 minutes
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and flag("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_HANDLERS = ["core.files.receiving.InMemory"]  # never in a temporary file: it would lie there unsealed
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# A list with more rows than this leaves only after a second person released it (RELIABILITY 1).
EXPORT_ALONE = int(text("EXPORT_ALONE", "50"))

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("be", _("Belarusian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "core.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Minsk"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT.is_dir()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# SMTP, or a provider through django-anymail: EMAIL_BACKEND=anymail.backends.<name>.EmailBackend and ANYMAIL as JSON.
_plain = "notifications.mailbox.MailboxBackend" if DEMO else "notifications.channels.smtp.Backend"
EMAIL_BACKEND = text("EMAIL_BACKEND", _plain)
ANYMAIL = {"REQUESTS_TIMEOUT": (5, 10), **json.loads(text("ANYMAIL", "{}"))}
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10  # seconds of silence
EMAIL_SECONDS = 20  # seconds for the whole conversation
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Waymark <noreply@waymark.test>")

# Text messages: "" for none, "mailbox" for the demonstration's own, "http" for any provider that takes a POST.
SMS_GATEWAY = text("SMS_GATEWAY", "mailbox" if DEMO else "")
SMS_URL = text("SMS_URL", "")
SMS_FORMAT = text("SMS_FORMAT", "json")  # or "form"
SMS_FIELDS = json.loads(text("SMS_FIELDS", '{"to": "{to}", "text": "{text}", "id": "{id}"}'))
SMS_HEADERS = json.loads(text("SMS_HEADERS", "{}"))  # such as {"Authorization": "Bearer ..."}

# Notices on devices: a P-256 key in base64url, 32 bytes; without it nobody is offered any.
VAPID_PRIVATE_KEY = text("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = text("VAPID_SUBJECT", f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}")

# Requests that leave the house to addresses which people typed in (core/egress.py). EGRESS_ALLOWED names hosts with
# their ports, such as "hooks.partner.test:8443", that are asked although the rules would refuse them.
EGRESS_ALLOWED = {name for name in text("EGRESS_ALLOWED", "").lower().split(",") if name}
EGRESS_HTTP = flag("EGRESS_HTTP")  # plain http on port 80, too
EGRESS_CA_FILE = text("EGRESS_CA_FILE", "")  # certificates to trust instead of the system's

# Messages to the persons themselves by mail: from an address that says nothing. Without one none are sent.
CLIENT_FROM_EMAIL = text("CLIENT_FROM_EMAIL", "notice@waymark.test" if DEMO else "")
METRICS_TOKEN = text("METRICS_TOKEN", "")  # for /metrics; without it only a process of this machine may ask
OPERATOR_EMAIL = text("OPERATOR_EMAIL", "")  # told by `manage.py check_deadlines` when nobody else can be told

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.SomebodyActs"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.JSON"],
    "DEFAULT_PARSER_CLASSES": ["core.api.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.Cursor",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problem",
    "PAGE_SIZE": 25,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Waymark API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Composition of the floors: core calls upwards only through these names.
IDENTITY = "partners.identity"
REACTIONS = {  # in the same transaction; one that raises refuses the door
    "consent.withdrawn": ["referral.reactions.withdraw_referrals", "cases.actions.transfers.end_with_consent"],
    "consent.superseded": ["referral.reactions.move_to_newer_consent", "cases.actions.transfers.end_with_consent"],
    "transfer.proposed": ["referral.reactions.refuse_with_running_referral"],
    "case.transferred": ["referral.reactions.cancel_with_transfer"],
    "referral.declined": ["referral.corrections.propose"],
    "case.followed_up": ["referral.reactions.refuse_with_open_referral"],
    "case.closed": ["referral.reactions.refuse_with_open_referral"],
    "referral.sent": ["referral.steering.begin"],
    "referral.approved": ["referral.steering.begin"],
    "member.closed": ["cases.actions.sealing.keep_a_reader"],
    "member.changed": ["cases.actions.sealing.keep_a_reader"],
}
CONSUMERS = [  # after commit, through the outbox
    "cases.consumers.erase_on_request",
    "referral.consumers.finish_withdrawal",
    "referral.following.follow",
    "referral.freed.tell",
    "referral.consumers.make_tasks",
    "cases.consumers.move_work",
    "notifications.consumers.notify",
    "notifications.untold.follow",
    "notifications.consumers.confirm_phone",
    "notifications.links.send_links",
    "notifications.consumers.call_webhooks",
]
DEMONSTRATIONS = ["notifications.demo.build"]  # what stands above referral adds to the demonstration world
BELL = "config.celery.ring"  # rung after commit; the outbox is emptied without it too, a few seconds later

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_values": {"()": "core.logs.NoValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_values"]}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        **{  # a ring every few seconds is no news
            name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.worker.strategy", "celery.beat")
        },
    },
}
SILENCED_SYSTEM_CHECKS = []
