"""How django-allauth signs people in here: no self-registration, second factors encrypted at rest."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by an organisation's administrator only."""

    def is_open_for_signup(self, request):
        return False


class MfaAdapter(DefaultMFAAdapter):
    """Encrypts TOTP secrets and recovery seeds (allauth stores them in plain text by default)."""

    def _fernet(self):
        return Fernet(base64.urlsafe_b64encode(base64.b64decode(settings.FIELD_KEY)))

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet().decrypt(encrypted_text.encode()).decode()
