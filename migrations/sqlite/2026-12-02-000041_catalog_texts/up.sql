-- What products, SKUs (by id) and categories (by slug) are called and described as, by language.
CREATE TABLE catalog_texts (
    marketplace_id BLOB NOT NULL REFERENCES marketplaces (id),
    subject TEXT NOT NULL,
    texts TEXT NOT NULL,
    PRIMARY KEY (marketplace_id, subject)
) STRICT;
