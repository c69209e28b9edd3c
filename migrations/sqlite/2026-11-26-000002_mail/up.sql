-- Who is told what: a row for each event and person, so that a mail goes once whatever is started anew. What a mail says is
-- not kept. Customer and reseller are those of the person who is told.

CREATE TABLE notifications (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    user_id BLOB,
    customer_id BLOB,
    reseller_id BLOB,
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL,
    failure TEXT,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    PRIMARY KEY (marketplace_id, id),
    CONSTRAINT notifications_recipient UNIQUE (marketplace_id, event_id, recipient),
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    FOREIGN KEY (marketplace_id, event_id) REFERENCES events (marketplace_id, id)
) STRICT;
CREATE INDEX notifications_by_status ON notifications (marketplace_id, status, id);
CREATE INDEX notifications_by_user ON notifications (marketplace_id, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX notifications_by_customer ON notifications (marketplace_id, customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX notifications_by_reseller ON notifications (marketplace_id, reseller_id, id) WHERE reseller_id IS NOT NULL;
