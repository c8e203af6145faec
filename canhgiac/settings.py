"""Settings of the one Django project: environment only, safe defaults for a first run."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()  # lets generic bases such as ModelForm[Directive] stand at run time

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("CANHGIAC_VAR", ROOT / "var"))


def env_bool(name: str, *, default: bool) -> bool:
    """A switch from the environment: 1, true, yes, on."""
    return os.environ.get(name, str(default)).strip().casefold() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """A comma-separated list from the environment."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret_key() -> str:
    """SECRET_KEY from the environment, else one made once and kept in var/, readable by the owner only.

    Of several processes that begin together one makes it, and none reads it half written.
    """
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = VAR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as made:  # of mode 0600
            made.write(secrets.token_urlsafe(64))
            made.flush()
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text()


def database(url: str) -> dict[str, Any]:
    """Django's database entry from a postgresql:// URL; a socket folder comes as ?host=."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "canhgiac",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_" + os.environ.get("CANHGIAC_TEST_DB", "canhgiac")},
    }


DEBUG = env_bool("DEBUG", default=False)
DEMO = env_bool("CANHGIAC_DEMO", default=False)
"""Sample data and demo logins; the login page lists them. Never on a real province's server."""
SECRET_KEY = secret_key()
BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
"""The address people see, used in mails and feeds."""
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if "://" in BASE_URL else []
SECURE = BASE_URL.startswith("https://")
TRUSTED_PROXIES = env_list("TRUSTED_PROXIES", "127.0.0.1")
"""Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, which FORM_RENDERER looks for among the apps'
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "ninja",
    "canhgiac.kit",
    "canhgiac.work",
    "canhgiac.agencies",
    "canhgiac.library",
    "canhgiac.indicators",
    "canhgiac.outreach",
    "canhgiac.plans",
    "canhgiac.training",
    "canhgiac.tips",
    "canhgiac.activities",
    "canhgiac.radar",
    "canhgiac.reporting",
    "canhgiac.assistant",
    "canhgiac.front",
]

MIDDLEWARE = [
    "canhgiac.training.views.live.live_first",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "canhgiac.front.views.vietnamese_first",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "canhgiac.agencies.views.NotAllowedMiddleware",
    "canhgiac.agencies.views.MfaRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "canhgiac.urls"
WSGI_APPLICATION = "canhgiac.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "canhgiac" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["canhgiac.kit.templatetags.cg"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "canhgiac.front.views.shell",
                "canhgiac.front.views.public_shell",
            ],
        },
    }
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///canhgiac"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "agencies.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name", "title"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # members come by invitation to their address, which proves it
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_ALLOW_UNVERIFIED_EMAIL = True  # invitations prove addresses; a reset password must not bar the second factor
MFA_FORMS = {
    "add_webauthn": "canhgiac.agencies.forms.keys.KeyAddForm",
    "edit_webauthn": "canhgiac.agencies.forms.keys.KeyEditForm",
}
MFA_TOTP_ISSUER = "Cảnh Giác"
REQUIRE_MFA = env_bool("REQUIRE_MFA", default=not DEMO)
"""Members who steer, approve, read tips or administer must set up a second factor before they go on."""
ACCOUNT_ADAPTER = "canhgiac.agencies.views.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip,20/300s/key"}
"""Above the lock-out of AXES, which counts in the database for all processes; this one guards the second factor."""

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx reads the token from a meta tag, forms from the field
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    *("security.W004", "security.W008"),  # https is the reverse proxy's, and so is the way from http to it
    *("security.W005", "security.W021"),  # other names under the province's domain are not ours to bind
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
EMBED_HOSTS = env_list("EMBED_HOSTS", "*")
"""Sites that may frame the windows under /nhung/, as CSP names them ("https://*.vinhan.gov.vn"); all by default."""

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [ROOT / "canhgiac" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS: list[Any] = [ROOT / "canhgiac" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "canhgiac.kit.vendor.VendorFinder",
    "canhgiac.kit.bundles.BundleFinder",
]
VENDOR_ROOT = ROOT / "node_modules"
VENDOR_FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
} | {
    f"vendor/be-vietnam-pro-{subset}-{weight}.woff2": (
        f"@fontsource/be-vietnam-pro/files/be-vietnam-pro-{subset}-{weight}-normal.woff2"
    )
    for subset in ("vietnamese", "latin", "latin-ext")
    for weight in (400, 500, 600, 700)
}
"""Static name to path in an npm package: the few files that pages use, of the 80 MB that npm ci lays down."""
STATIC_BUNDLES = {
    "canhgiac/css/public-all.css": tuple(
        f"canhgiac/css/{name}.css"
        for name in (
            *("fonts-public", "tokens", "foundation", "base", "buttons", "forms", "cards", "tables", "chips"),
            *("verdict", "public", "public-check", "public-learn", "overlays", "ask", "print"),
        )
    ),
    "canhgiac/js/public-all.js": tuple(
        f"canhgiac/js/{name}.js" for name in ("tools", "overlays", "public", "ask", "learn")
    ),
}
"""Joined files of the public pages and their parts, in order."""
STATIC_MANIFEST = env_bool("STATIC_MANIFEST", default=not DEBUG)
"""Static files named by content, compressed and kept for ever by browsers; `canhgiac prepare` gathers them.
Off, they are read from their sources at each request: for developers and tests."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
AUDIT_HEADS = VAR / "audit-heads.txt"
"""Last rows of the audit log, kept outside the database."""
FILES_ROOT = VAR / "files"
"""Received documents and evidence, by content hash."""
HANDBOOK_ROOT = ROOT / "docs"
"""The handbook that members read at /so-tay/; without the folder there is no such entry."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
LOOKUP_ROOT = VAR / "lookup"
"""The index of indicators and partners' tokens, as `canhgiac lookup` reads them."""
TIP_PASSPHRASE_COST = (3, 256 * 1024 * 1024)
"""Argon2id passes and bytes for one guess of a tip officer's passphrase; each key remembers its own."""
TIP_CODE_COST = (3, 64 * 1024 * 1024)
"""The same for a receipt code. Fixed once tips came in: with another cost their codes would find nothing."""

EMAIL_HOST = os.environ.get("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "2525"))
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "Cảnh Giác <canhgiac@localhost>")

VOICE = {
    "kind": os.environ.get("VOICE", "espeak"),
    **{name: os.environ.get(f"VOICE_{name.upper()}", "") for name in ("rate", "model", "program", "url", "key")},
    **{name: os.environ.get(f"VOICE_{name.upper()}", "") for name in ("north", "central", "south")},
}
"""Who reads scripts aloud: espeak-ng of this machine, "piper" with a model file, or "http" with a service's address."""
VOICE_ACCENT = os.environ.get("VOICE_ACCENT", "north")
"""north, central or south."""
WEBSUB_HUB = os.environ.get("WEBSUB_HUB", "")
"""Hub that is told when the feeds of warnings change (W3C WebSub); empty for none."""
ASSISTANT_QUIET = float(os.environ.get("ASSISTANT_QUIET", "2.5"))
"""Seconds in which nothing more came from somebody on a chat before what they wrote is answered, all together."""
ASSISTANT_URL = os.environ.get("ASSISTANT_URL", "")
ASSISTANT_KEY = os.environ.get("ASSISTANT_KEY", "")
ASSISTANT_MODEL = os.environ.get("ASSISTANT_MODEL", "")
"""An OpenAI-compatible endpoint up to "/v1" that may say the assistant's answers anew; empty: our own words stand."""
ASSISTANT_TIMEOUT = float(os.environ.get("ASSISTANT_TIMEOUT", "2"))
"""Seconds that it may take; after a failure it is left alone for half a minute."""
SIMULATOR_SMPP_PORT = int(os.environ.get("SMPP_PORT", "2775"))
SIMULATOR_API_PORT = int(os.environ.get("API_PORT", "8026"))
"""Where the demo's simulated SMS centre, and its Zalo, Facebook and push service, listen on this machine."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "canhgiac.agencies.views.lockout_name"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False  # no greeting at each start

PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 20 * 3600}  # seconds; a reminder missed at night goes out by day

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        # One line a job and more would bury what matters; failures are errors and stay.
        "procrastinate": {"level": os.environ.get("LOG_LEVEL", "WARNING")},
        "axes": {"level": "WARNING"},
    },
}
