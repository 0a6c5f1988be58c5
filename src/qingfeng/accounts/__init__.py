"""Users, sign-in and the second factor."""
