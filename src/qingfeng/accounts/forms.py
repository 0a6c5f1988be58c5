"""Forms of sign-in and of accounts: allauth's checks in our words, refused while locked out."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import forms as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import Office, User
from qingfeng.accounts.services.signin import spend_code

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


def _plain(field: forms.Field, label: Any, help_text: Any = "") -> None:
    """A label above and no placeholder; nobody resets a password by mail here."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)


def _refuse_if_locked(user: User) -> None:
    if user.locked_until is not None:
        raise get_adapter().validation_error("too_many_login_attempts")


class LoginForm(account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("User name"))
        self.fields["login"].widget.attrs.update(autofocus=True, autocapitalize="none")
        _plain(
            self.fields["password"],
            _("Password"),
            _("Lost it? The system administrator gives a new one."),
        )


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password once more, before something about the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"))


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]  # as above
    """The present password, and the new one twice; wrong guesses count as failed sign-ins."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Present password"))
        _plain(
            self.fields["password1"],
            _("New password"),
            " ".join(password_validators_help_texts()),
        )
        _plain(self.fields["password2"], _("New password once more"))

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data.get("oldpassword", "")
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class _CodeOnce:
    """Codes are refused while the account is locked, and each is taken once."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        _refuse_if_locked(self.user)
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's form beside it
        if self.authenticator.type == Authenticator.Type.TOTP and not spend_code(
            self.authenticator, code
        ):
            raise get_factor_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_CodeOnce, factor.AuthenticateForm):  # type: ignore[misc]  # as above
    """The code of an authenticator app, or a recovery code, at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["code"],
            _("Code"),
            _("Six digits from your authenticator app, or one of your recovery codes."),
        )
        self.fields["code"].widget.attrs.update(CODE)


class ReauthenticateFactorForm(_CodeOnce, factor.ReauthenticateForm):  # type: ignore[misc]  # as above
    """A code once more, before something about the account is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"))
        self.fields["code"].widget.attrs.update(CODE)


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code that the app shows"))
        self.fields["code"].widget.attrs.update(CODE)


class AuthenticateWebAuthnForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]  # as above
    """A security key at sign-in."""

    def clean_credential(self) -> Authenticator:
        _refuse_if_locked(self.user)
        return super().clean_credential()


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]  # as above
    """The name of a new security key; the key itself comes from the browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], _("Name of the key"), _("As “blue key in the safe”."))


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]  # as above
    """Another name for a security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], _("Name of the key"))


class LanguageForm(forms.Form):
    """The language of one's own account."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class OpenAccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Letters, digits and @ . + - _; kept in small letters."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    full_name = forms.CharField(
        label=_("Name"), max_length=64, help_text=_("One person; accounts are never shared.")
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("For the daily digest.")
    )


class OfficeForm(forms.Form):
    """The office to propose."""

    office = forms.ChoiceField(label=_("Office"), choices=Office.choices, widget=forms.RadioSelect)
