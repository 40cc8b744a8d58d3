-- Stock changes: which products the inventory system said had changed, until somebody has looked.

CREATE TABLE stock_change (                                        -- believed only as a reason to look
    erp             text        NOT NULL,                          -- its connection
    sku             text        NOT NULL,                          -- its own; it need not be one of ours
    heard_at        timestamptz NOT NULL,                          -- the last time; a look that began before misses it
    PRIMARY KEY (erp, sku)
);
