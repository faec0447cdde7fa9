"""The FluentCRM REST wire: its parsing, its shapes, its words. No rule of ours about contacts or people lives here."""
