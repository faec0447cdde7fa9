"""PHP's own formats, byte for byte, for clients written in PHP. What a protocol puts into them does not belong here."""
