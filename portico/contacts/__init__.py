"""The people a company knows: contacts with their tags, lists, custom fields, owners and passwords."""
