"""Pages of referrals: sending, the inbox, one referral, the board."""
