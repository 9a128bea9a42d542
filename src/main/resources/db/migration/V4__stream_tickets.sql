-- What opens one stream for somebody whose browser can send neither header nor cookie. Only its SHA-256 is kept, so that who reads this
-- table can open none.
CREATE TABLE stream_ticket (
    hash             VARCHAR(64)              PRIMARY KEY,
    subject          VARCHAR(255)             NOT NULL,
    -- Names of groups, with commas between
    roles            VARCHAR(100)             NOT NULL,
    -- The end of the token that it was made with: the stream ends then too
    token_expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at       TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX stream_ticket_by_subject ON stream_ticket (subject);
CREATE INDEX stream_ticket_by_age ON stream_ticket (expires_at);
