"""Our own API: what no wire of others has a word for. JSON, bearer keys, problem documents (RFC 9457), cursors."""
