"""Stored passwords of other systems, most of them public; sources in reference activemember360.md 5.4 to 5.8."""

from portico.lib.passwords.formats import Format

PUBLIC = [
    (Format.PHPASS, "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"),
    (Format.PHPASS, "hashcat", "$P$984478476IagS59wHZvyQMArzfx58u."),
    (Format.PHPASS, "hashcat", "$H$984478476IagS59wHZvyQMArzfx58u."),
    (Format.PHPASS, "correct horse", "$P$B1234567841hqyZ5rENHR9W.8Ac4Pi0"),
    (Format.PHPASS, "pässwörd", "$P$Babcdefgh84F6J1Z9PsOCOz2Pfa4J2/"),
    (Format.PHPASS, "abcdEFGH1234ijklMNOP5678", "$P$BabcdefghRzZuR21tybk3/K3P.ZK6o/"),
    (Format.WP_BCRYPT, "my_password", "$wp$2y$12$RnJgFT5Ooe6P0ajs/eaCYuqKLwWEqkZd01j2JyyrF6mcZa8NHJTxu"),
    (Format.WP_BCRYPT, "test123", "$wp$2y$10$v719Zyb/5DiglXjaGmtVoO.58ZfZLBkfIyjXnYyIbWYYFsofeucua"),
    (Format.WP_BCRYPT, "correct horse", "$wp$2y$05$abcdefghijklmnopqrstuu9iY1gyjA3k6CGptWJJ9nIT22tG/wV8K"),
    (Format.BCRYPT, "hashcat", "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6"),
    (Format.BCRYPT, "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (Format.BCRYPT, "U*U", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (Format.BCRYPT, "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    (Format.MD5, "password", "5f4dcc3b5aa765d61d8327deb882cf99"),
    (Format.MD5, "password", "5F4DCC3B5AA765D61D8327DEB882CF99"),
    (Format.WP_FAST, "abcdEFGH1234ijklMNOP5678", "$generic$F6W18u0QEytvRVb59DemVWRxyTxU6vg_VK0s_f-h"),
    (Format.WP_FAST, "password", "$generic$5kFnqVB4H8sAaEg-HC4BoAY2wTWniLJdF-mQwkWu"),
    # password_hash() of PHP 8.2
    (
        Format.ARGON2ID,
        "O'Neil",
        "$argon2id$v=19$m=65536,t=4,p=1$MHNXZGx2ODhMNThzM1hXVQ$loyFO+WGGS2GuIpJBQ4p26IOX+4M2lB/2I1mDcEUlT0",
    ),
    (
        Format.ARGON2I,
        "O'Neil",
        "$argon2i$v=19$m=65536,t=4,p=1$Z0xodXpoTWxXSGl0NnNrYg$vEgo9J7lqPZFmPMorPV7p3TK12dEgZlTjza1zIsjqwM",
    ),
]

# The password O'Neil, as code stored it.
RAW = [
    "$P$BabcdefghAqfN2uCgwCGE2s7XXiG7X/",
    "$wp$2y$05$abcdefghijklmnopqrstuum68Oynw.zgIPBQ1f8Oiif5aHXocKYma",
    "$2y$05$abcdefghijklmnopqrstuud8zgG74c/9V9agANgeV1bGAWdLlnzOa",
]

# The same password as a form stored it: O\'Neil. The last two are of PHP 8.2.
SLASHED = [
    "$P$BabcdefghxB0tnupXKA/jExtFo2L7d1",
    "$wp$2y$05$abcdefghijklmnopqrstuu4fZTqSrARapCcMDFdhScSludvDxW2sK",
    "$2y$05$abcdefghijklmnopqrstuu.wfmQ0NJu9NIUJHvDOYXOvqUbo2cwYu",
    "$argon2id$v=19$m=8192,t=3,p=1$dVV4U2VSNllLRmRKOHdVRw$5sMLt7qe5oD+cPSrV10JHhh1qZvBlZe0enTWPsNsS+0",
    "$argon2i$v=19$m=8192,t=3,p=1$eTRKbTZyQ1o2TjZ4cklrcg$KedLJDeV7s0JpCMXvzlYj7Hx7MLD0S13DlPTwbB/UoY",
]
