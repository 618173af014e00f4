-- Used tickets are forgotten by when they expired; without it each time all of them were looked at.
CREATE INDEX used_tickets_by_expiry ON used_tickets (expires_at);
