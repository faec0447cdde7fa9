"""Sign-in for other software by OpenID Connect: its clients, consents, codes and tokens. Not how a person signs in."""
