"""What a User-Agent header calls itself, in words for people. It proves nothing."""

# The first that fits: most browsers also name those that they descend from.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_LONGEST = 60


def browser_and_system(agent: str) -> tuple[str, str]:
    """Both as people call them, "" for what it does not say."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in _SYSTEMS if mark in agent), "")


def agent_name(agent: str) -> str:
    """Like "Firefox on Windows"; what is no browser as it calls itself, cut to what a line holds."""
    browser, system = browser_and_system(agent)
    if browser:
        return f"{browser} on {system}" if system else browser
    return agent[:_LONGEST] or "Unknown software"
