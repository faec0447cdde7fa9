"""Small tools that know nothing of the product. Nothing here knows a contact or a company."""
