DROP TABLE catalog_texts;
