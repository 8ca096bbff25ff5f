"""Referrals, their steps and messages, and the needs they meet, over `/api/v1/`."""
