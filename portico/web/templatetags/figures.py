"""Days, moments, numbers and the core's short words in templates, as the reader's language writes them."""

from django import template

from portico.web import figures
from portico.web.words import word

register = template.Library()
register.filter("day", figures.day)
register.filter("moment", figures.moment)
register.filter("number", figures.number)
register.filter("month", figures.month)
register.filter("weekday", figures.weekday)
register.filter("day_of_year", figures.day_of_year)
register.filter("money", figures.money)
register.filter("word", word)
