"""Companies: the tenants, with their names, domains, branding and modules. Nothing about people."""
