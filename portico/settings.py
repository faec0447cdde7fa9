"""Environment in, constants out. A wrong or unknown PORTICO_ value stops the start with one sentence."""

import os
from pathlib import Path
from typing import Any

from portico.lib.catalogues import compiled_folder
from portico.lib.environment import Environment, database_of
from portico.lib.keyfile import read_or_make
from portico.lib.media_store import media_store_of
from portico.lib.origins import origin_of
from portico.lib.postgres import PORT, socket_folder
from portico.logs import configure

_env = Environment("PORTICO_")

DATA_FOLDER = Path(_env.text("DATA", "portico-data")).absolute()
SECRET_KEY = _env.text("SECRET_KEY") or read_or_make(DATA_FOLDER / "secret.key")

# Where people and mails find this server. Links are built from it, never from a request's Host.
PUBLIC_URL = _env.address("URL", "http://127.0.0.1:8000")
TRUSTED_PROXIES = _env.networks("TRUSTED_PROXIES")

# What loosens a protection; each is off unless named.
ALLOW_HTTP = _env.flag("ALLOW_HTTP")
ALLOW_URL_CREDENTIALS = _env.flag("ALLOW_URL_CREDENTIALS")
ALLOW_PRIVATE_WEBHOOKS = _env.flag("ALLOW_PRIVATE_WEBHOOKS")

EMAIL_URL = _env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = _env.text("EMAIL_FROM", "Portico <portico@localhost>")

# Those that this process may use: more hashes at once than that only throw each other out of the caches.
_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WEB_PROCESSES = _env.number("WEB_PROCESSES", 1, most=64)
WEB_THREADS = _env.number("WEB_THREADS", 32, least=2, most=512)
DATABASE_CONNECTIONS = _env.number("DATABASE_CONNECTIONS", 8, most=512)  # per web process
# Sign-ins that hash or wait for it may not take all threads, or everybody else would wait behind a crowd of them.
HASHES_AT_ONCE = _env.number("HASHES_AT_ONCE", max(1, min(_cores // WEB_PROCESSES, WEB_THREADS // 4)), most=64)
HASHES_WAITING = _env.number("HASHES_WAITING", WEB_THREADS // 2, least=0, most=512)
PREPARED_STATEMENTS = _env.flag("PREPARED_STATEMENTS", default=True)  # off for pgbouncer in transaction mode
LOG_REQUESTS = _env.flag("LOG_REQUESTS")
AUDIT_DAYS = _env.number("AUDIT_DAYS", 0, least=0, most=36_500)  # 0 keeps everything
UPLOAD_BYTES = (
    _env.number("UPLOAD_MEGABYTES", 100, most=10_000) * 2**20
)  # of one file; other bodies have their own bound
# Where media lie: a folder of the data folder, or s3://KEY:SECRET@HOST/BUCKET.
MEDIA_STORE_URL = _env.text("MEDIA_URL")

_env.refuse_unknown()

DATABASE_URL = os.environ.get("DATABASE_URL", "")
HAS_OWN_DATABASE = not DATABASE_URL
_place = (
    {"NAME": "portico", "USER": "portico", "HOST": str(socket_folder(DATA_FOLDER / "postgres")), "PORT": str(PORT)}
    if HAS_OWN_DATABASE
    else database_of(DATABASE_URL)
)
_options: dict[str, Any] = {name.removeprefix("OPTIONS."): value for name, value in _place.items() if "." in name}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **{name: value for name, value in _place.items() if "." not in name},
        "OPTIONS": _options,
    }
}

# A web process takes its connections from this; see wsgi.py.
WEB_POOL = {"min_size": 1, "max_size": DATABASE_CONNECTIONS, "timeout": 5}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "media": media_store_of(MEDIA_STORE_URL, DATA_FOLDER / "media"),
}

INSTALLED_APPS = [
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "portico.audit",
    "portico.outbox",
    "portico.companies",
    "portico.identity",
    "portico.contacts",
    "portico.selling",
    "portico.content",
    "portico.openid",
    "portico.reports",
    "portico.messaging",
    "portico.web",
]
AUTH_USER_MODEL = "identity.User"
ROOT_URLCONF = "portico.urls"
WSGI_APPLICATION = "portico.wsgi.application"
# API paths run nothing but their own entry; our pages add what they need on their own routes.
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
# The Host header only ever names a company; nothing is built from it.
ALLOWED_HOSTS = ["*"]
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
LANGUAGE_CODE = "en"
# Those that our pages are in, each in its own words. Only our pages ask for one; wires answer in English.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "portico_language"
CATALOGUES = Path(__file__).parent / "locale"
LOCALE_PATHS = [compiled_folder(CATALOGUES, DATA_FOLDER / "locale")]
USE_TZ = True
TIME_ZONE = "UTC"
# Forms of ours carry a token that only this browser's own page knows. Behind a proxy that ends TLS, Django sees http.
CSRF_COOKIE_NAME = "portico_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [origin for origin in [origin_of(PUBLIC_URL)] if origin]
CSRF_FAILURE_VIEW = "portico.web.errors.forged"
# Our own Argon2id is in identity; Django asks for hashers only through a user's set_password, which nothing calls.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

PROCRASTINATE_WORKER_DEFAULTS = {
    "shutdown_graceful_timeout": 20,
    "delete_jobs": "successful",
    "update_heartbeat_interval": 2,
    "stalled_worker_timeout": 6,
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING_CONFIG = None
configure()
