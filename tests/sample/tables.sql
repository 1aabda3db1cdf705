-- MirrorManager2's tables, as far as a cache depends on them, in PostgreSQL's
-- words.  Without keys.sql they take every row that the constraints forbid.
CREATE TABLE site (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    password TEXT,
    org_url TEXT,
    private BOOLEAN NOT NULL DEFAULT false,
    admin_active BOOLEAN NOT NULL DEFAULT true,
    user_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT timezone('utc', now()),
    created_by TEXT NOT NULL,
    all_sites_can_pull_from_me BOOLEAN NOT NULL DEFAULT false,
    downstream_comments TEXT,
    email_on_drop BOOLEAN NOT NULL DEFAULT false,
    email_on_add BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE country (
    id SERIAL NOT NULL,
    code TEXT NOT NULL
);
CREATE TABLE host (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    site_id INTEGER,
    robot_email TEXT,
    admin_active BOOLEAN NOT NULL DEFAULT true,
    user_active BOOLEAN NOT NULL DEFAULT true,
    country TEXT NOT NULL,
    bandwidth_int INTEGER DEFAULT 100,
    comment TEXT,
    config BYTEA,
    last_checked_in TIMESTAMP WITHOUT TIME ZONE,
    last_crawled TIMESTAMP WITHOUT TIME ZONE,
    private BOOLEAN NOT NULL DEFAULT false,
    internet2 BOOLEAN NOT NULL DEFAULT false,
    internet2_clients BOOLEAN NOT NULL DEFAULT false,
    asn INTEGER,
    asn_clients BOOLEAN NOT NULL DEFAULT true,
    max_connections INTEGER NOT NULL DEFAULT 1,
    last_crawl_duration BIGINT DEFAULT 0,
    crawl_failures INTEGER NOT NULL DEFAULT 0,
    disable_reason TEXT,
    push_ssh_private_key TEXT,
    push_ssh_host TEXT,
    push_ssh_command TEXT,
    last_crawls BYTEA,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION
);
CREATE TABLE directory (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    files BYTEA,
    readable BOOLEAN NOT NULL DEFAULT true,
    ctime BIGINT DEFAULT 0
);
CREATE TABLE product (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    publiclist BOOLEAN NOT NULL DEFAULT true
);
CREATE TABLE category (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    canonicalhost TEXT DEFAULT 'http://download.fedora.redhat.com',
    publiclist BOOLEAN NOT NULL DEFAULT true,
    geo_dns_domain TEXT,
    admin_only BOOLEAN DEFAULT false,
    product_id INTEGER,
    topdir_id INTEGER
);
CREATE TABLE host_category (
    id SERIAL NOT NULL,
    host_id INTEGER,
    category_id INTEGER,
    always_up2date BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE host_category_dir (
    id SERIAL NOT NULL,
    host_category_id INTEGER NOT NULL,
    path TEXT,
    up2date BOOLEAN NOT NULL DEFAULT true,
    directory_id INTEGER
);
CREATE TABLE category_directory (
    category_id INTEGER NOT NULL,
    directory_id INTEGER NOT NULL
);
CREATE TABLE host_category_url (
    id SERIAL NOT NULL,
    host_category_id INTEGER NOT NULL,
    url TEXT NOT NULL,
    private BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE host_country_allowed (
    id SERIAL NOT NULL,
    country TEXT NOT NULL,
    host_id INTEGER
);
CREATE TABLE host_netblock (
    id SERIAL NOT NULL,
    netblock TEXT,
    name TEXT,
    host_id INTEGER
);
CREATE TABLE host_peer_asn (
    id SERIAL NOT NULL,
    asn INTEGER NOT NULL,
    name TEXT,
    host_id INTEGER
);
CREATE TABLE arch (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    publiclist BOOLEAN NOT NULL DEFAULT true,
    primary_arch BOOLEAN NOT NULL DEFAULT true
);
CREATE TABLE version (
    id SERIAL NOT NULL,
    name TEXT,
    codename TEXT,
    is_test BOOLEAN NOT NULL DEFAULT false,
    display BOOLEAN NOT NULL DEFAULT true,
    display_name TEXT,
    ordered_mirrorlist BOOLEAN NOT NULL DEFAULT true,
    sortorder INTEGER NOT NULL DEFAULT 0,
    product_id INTEGER
);
CREATE TABLE repository (
    id SERIAL NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT,
    category_id INTEGER,
    version_id INTEGER,
    arch_id INTEGER,
    directory_id INTEGER,
    disabled BOOLEAN NOT NULL DEFAULT false
);
CREATE TABLE file_detail (
    id SERIAL NOT NULL,
    filename TEXT NOT NULL,
    timestamp BIGINT,
    size BIGINT,
    sha1 TEXT,
    md5 TEXT,
    sha256 TEXT,
    sha512 TEXT,
    directory_id INTEGER NOT NULL
);
CREATE TABLE repository_redirect (
    id SERIAL NOT NULL,
    to_repo TEXT,
    from_repo TEXT NOT NULL
);
CREATE TABLE country_continent_redirect (
    id SERIAL NOT NULL,
    country TEXT NOT NULL,
    continent TEXT NOT NULL
);
CREATE TABLE directory_exclusive_host (
    id SERIAL NOT NULL,
    directory_id INTEGER NOT NULL,
    host_id INTEGER NOT NULL
);
CREATE TABLE location (
    id SERIAL NOT NULL,
    name TEXT NOT NULL
);
CREATE TABLE host_location (
    id SERIAL NOT NULL,
    location_id INTEGER NOT NULL,
    host_id INTEGER NOT NULL
);
CREATE TABLE host_country (
    id SERIAL NOT NULL,
    country_id INTEGER NOT NULL,
    host_id INTEGER NOT NULL
);
CREATE TABLE netblock_country (
    id SERIAL NOT NULL,
    netblock TEXT NOT NULL,
    country TEXT NOT NULL
);
