"""The pages of one's own sign-in: password, second factors, sessions, devices."""
