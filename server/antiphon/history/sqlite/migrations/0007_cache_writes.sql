-- Of a prompt's tokens, those that the provider put into its cache and charges more for.

ALTER TABLE messages ADD COLUMN cache_write_tokens INTEGER; -- NULL: nothing is known of any
