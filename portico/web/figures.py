"""Days, moments and numbers as the reader's language writes them."""

from portico.lib.figures import day, day_of_year, moment, money, month, number, second, weekday

__all__ = ["day", "day_of_year", "moment", "money", "month", "number", "second", "weekday"]
