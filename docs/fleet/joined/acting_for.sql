-- An identity acts for its own tenant; one that no tenant owns, for those whose principals assume it.
SELECT DISTINCT stack AS stack, identity AS identity, tenant AS tenant FROM known_identities WHERE tenant <> ''
UNION ALL
SELECT DISTINCT f.stack, f.identity, f.tenant
FROM assume_paths f JOIN known_identities k ON k.identity = f.identity WHERE k.tenant = ''
