"""All settings, read once from the environment; docs/reference/settings.md lists them.

Every setting is one call of :func:`setting`, so that the reference page and `doctor` can list
them: name, default and meaning stand together.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default as written, and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS: list[Setting] = []


def setting(name: str, default: str, meaning: str, convert: Callable[[str], T]) -> T:
    """Read an environment variable and note it for the reference page."""
    SETTINGS.append(Setting(name, default, meaning))
    return convert(os.environ.get(name, default))


def switch(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}


def words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


BASE = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]

# -- where data lives -------------------------------------------------------------------------
DATA = setting("QINGFENG_DATA", str(BASE / "var"), "Folder of database, files and keys.", Path)
DATA.mkdir(parents=True, exist_ok=True)


def kept_secret(name: str) -> str:
    """A secret made on first use and kept in the data folder, readable by the owner only."""
    path = DATA / name
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = setting(
    "QINGFENG_SECRET_KEY", "", "Signs sessions; made and kept in the data folder if empty.", str
) or kept_secret("secret-key")
DEBUG = setting("QINGFENG_DEBUG", "off", "Django's debug pages. Never in production.", switch)
ALLOWED_HOSTS = setting(
    "QINGFENG_HOSTS", "127.0.0.1,localhost,[::1]", "Host names the desk answers to.", words
)
SECURE = setting(
    "QINGFENG_HTTPS", "off", "The desk is served over HTTPS: secure cookies and HSTS.", switch
)
TRAIL_KEY = setting(
    "QINGFENG_TRAIL_KEY", "", "File of the key that signs tree heads; empty: in the data folder.",
    lambda value: Path(value) if value else DATA / "trail-key.pem",
)  # fmt: skip

# -- database ---------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": setting(
        "DATABASE_URL",
        f"sqlite:///{DATA / 'qingfeng.sqlite3'}",
        "SQLite for the demo and one small office; postgresql://… for production.",
        lambda url: dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)),
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock when the transaction begins, so two writers queue
        # instead of failing half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=1073741824;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- applications -----------------------------------------------------------------------------
LEDGER_APPS = [
    "qingfeng.campaigns",
    "qingfeng.orgs",
]
INSTALLED_APPS = [
    "qingfeng.desk",
    *LEDGER_APPS,
    "qingfeng.accounts",
    "qingfeng.core",
    "qingfeng.tallies",
    "qingfeng.trail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]
AUTH_USER_MODEL = "accounts.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qingfeng.accounts.middleware.LanguageOfUser",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qingfeng.accounts.middleware.SecondFactorRequired",
    "qingfeng.campaigns.middleware.InCampaign",
    "django_htmx.middleware.HtmxMiddleware",
    "qingfeng.core.middleware.ErrorsAsPages",
]
ROOT_URLCONF = "qingfeng.config.desk_urls"
WSGI_APPLICATION = "qingfeng.config.desk.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            # Explicit loaders: cotton's and partials' own set-ups undo each other.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "qingfeng.core.templatetags.qf",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qingfeng.desk.context.frame",
            ],
        },
    }
]

# -- sign-in ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_MIN_LENGTH = setting("QINGFENG_PASSWORD_LENGTH", "8", "Shortest password.", int)
PASSWORD_MAX_DAYS = setting(
    "QINGFENG_PASSWORD_DAYS", "90", "Days after which a password must be changed; 0: never.", int
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "qingfeng.accounts.passwords.ThreeKindsOfCharacter"},
    {"NAME": "qingfeng.accounts.passwords.NotThePresentOne"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "qingfeng.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
LOCKOUT_FAILURES = setting("QINGFENG_LOCKOUT_FAILURES", "5", "Failures before a lock-out.", int)
LOCKOUT_MINUTES = setting("QINGFENG_LOCKOUT_MINUTES", "30", "Minutes a lock-out lasts.", int)
# Failures are counted on the account, in the database, so that all processes know of them.
# A desk behind a proxy sees one address for everybody: that limit is wide.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "600/m/ip"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS = {
    "login": "qingfeng.accounts.forms.LoginForm",
    "reauthenticate": "qingfeng.accounts.forms.ReauthenticateForm",
    "change_password": "qingfeng.accounts.forms.ChangePasswordForm",
}
SESSION_COOKIE_AGE = 60 * setting(
    "QINGFENG_SESSION_MINUTES", "30", "Minutes without a request after which a session ends.", int
)
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Qingfeng"
MFA_ADAPTER = "qingfeng.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "qingfeng.accounts.forms.AuthenticateForm",
    "reauthenticate": "qingfeng.accounts.forms.ReauthenticateFactorForm",
    "activate_totp": "qingfeng.accounts.forms.ActivateTOTPForm",
    "authenticate_webauthn": "qingfeng.accounts.forms.AuthenticateWebAuthnForm",
    "add_webauthn": "qingfeng.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "qingfeng.accounts.forms.EditWebAuthnForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SECOND_FACTOR = setting(
    "QINGFENG_SECOND_FACTOR", "on", "Staff roles must have a second factor. The demo turns it off.",
    switch,
)  # fmt: skip
OIDC_SERVER = setting("QINGFENG_OIDC_SERVER", "", "Issuer address of an OIDC provider.", str)
OIDC_CLIENT = setting("QINGFENG_OIDC_CLIENT", "", "Client id at the OIDC provider.", str)
OIDC_SECRET = setting("QINGFENG_OIDC_SECRET", "", "Client secret at the OIDC provider.", str)
OIDC_NAME = setting("QINGFENG_OIDC_NAME", "统一身份认证", "Label of the OIDC button.", str)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if OIDC_SERVER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "oidc",
            "name": OIDC_NAME,
            "client_id": OIDC_CLIENT,
            "secret": OIDC_SECRET,
            "settings": {"server_url": OIDC_SERVER},
        }
    )
# An account is made by an administrator first; OIDC signs in, it never signs up.
SOCIALACCOUNT_ADAPTER = "qingfeng.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_ONLY = False


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


# -- headers ----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Signing in by OIDC is a form that ends at the provider.
        "form-action": [SELF, *([_origin(OIDC_SERVER)] if OIDC_SERVER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# -- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# -- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
ATTACHMENT_MAX_BYTES = (
    1024
    * 1024
    * setting("QINGFENG_ATTACHMENT_MB", "20", "Largest evidence file, in megabytes.", int)
)
IMPORT_MAX_ROWS = setting("QINGFENG_IMPORT_ROWS", "20000", "Most rows of one imported sheet.", int)

# -- jobs, mail, log --------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
EMAIL_BACKEND = setting(
    "QINGFENG_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend",
    "How the daily digest is sent.", str,
)  # fmt: skip
EMAIL_HOST = setting("QINGFENG_EMAIL_HOST", "localhost", "SMTP server.", str)
EMAIL_PORT = setting("QINGFENG_EMAIL_PORT", "25", "Port of the SMTP server.", int)
DEFAULT_FROM_EMAIL = setting(
    "QINGFENG_EMAIL_FROM", "qingfeng@localhost", "Sender of the daily digest.", str
)
DESK_ADDRESS = setting(
    "QINGFENG_ADDRESS", "http://127.0.0.1:8000", "Address of the desk, for links in mail.", str
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
SITE_NAME = _("Qingfeng")
