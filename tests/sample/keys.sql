-- The keys and constraints of tables.sql, for after the rows are in.
ALTER TABLE site
    ADD CONSTRAINT site_pkey PRIMARY KEY (id);
CREATE INDEX ix_site_name ON site (name);
CREATE INDEX ix_site_private ON site (private);
CREATE INDEX ix_site_admin_active ON site (admin_active);
CREATE INDEX ix_site_user_active ON site (user_active);
CREATE INDEX ix_site_created_at ON site (created_at);
ALTER TABLE country
    ADD CONSTRAINT country_pkey PRIMARY KEY (id),
    ADD CONSTRAINT country_code_key UNIQUE (code);
ALTER TABLE host
    ADD CONSTRAINT host_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_idx UNIQUE (site_id, name);
CREATE INDEX ix_host_name ON host (name);
CREATE INDEX ix_host_admin_active ON host (admin_active);
CREATE INDEX ix_host_user_active ON host (user_active);
CREATE INDEX ix_host_country ON host (country);
CREATE INDEX ix_host_private ON host (private);
CREATE INDEX ix_host_last_crawl_duration ON host (last_crawl_duration);
ALTER TABLE directory
    ADD CONSTRAINT directory_pkey PRIMARY KEY (id),
    ADD CONSTRAINT directory_name_key UNIQUE (name);
CREATE INDEX ix_directory_readable ON directory (readable);
ALTER TABLE product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id),
    ADD CONSTRAINT product_name_key UNIQUE (name);
ALTER TABLE category
    ADD CONSTRAINT category_pkey PRIMARY KEY (id),
    ADD CONSTRAINT category_name_key UNIQUE (name);
ALTER TABLE host_category
    ADD CONSTRAINT host_category_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_category_hcindex UNIQUE (host_id, category_id);
CREATE INDEX t_hostcategory_host_id_idx ON host_category (host_id);
CREATE INDEX t_hostcategory_category_id_idx ON host_category (category_id);
ALTER TABLE host_category_dir
    ADD CONSTRAINT host_category_dir_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_category_dir_hcdindex UNIQUE (host_category_id, path);
CREATE INDEX ix_host_category_dir_up2date ON host_category_dir (up2date);
ALTER TABLE category_directory
    ADD CONSTRAINT category_directory_pkey PRIMARY KEY (category_id, directory_id);
ALTER TABLE host_category_url
    ADD CONSTRAINT host_category_url_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_category_url_url_key UNIQUE (url),
    ADD CONSTRAINT host_category_url_hcdindex UNIQUE (host_category_id, url);
CREATE INDEX ix_host_category_url_private ON host_category_url (private);
ALTER TABLE host_country_allowed
    ADD CONSTRAINT host_country_allowed_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_country_allowed_country_key UNIQUE (country);
ALTER TABLE host_netblock
    ADD CONSTRAINT host_netblock_pkey PRIMARY KEY (id);
ALTER TABLE host_peer_asn
    ADD CONSTRAINT host_peer_asn_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_peer_asn_idx UNIQUE (host_id, asn);
ALTER TABLE arch
    ADD CONSTRAINT arch_pkey PRIMARY KEY (id),
    ADD CONSTRAINT arch_name_key UNIQUE (name);
ALTER TABLE version
    ADD CONSTRAINT version_pkey PRIMARY KEY (id),
    ADD CONSTRAINT version_idx UNIQUE (name, product_id);
ALTER TABLE repository
    ADD CONSTRAINT repository_pkey PRIMARY KEY (id),
    ADD CONSTRAINT repository_name_key UNIQUE (name),
    ADD CONSTRAINT repository_idx UNIQUE (prefix, arch_id);
CREATE INDEX ix_repository_prefix ON repository (prefix);
CREATE INDEX t_repository_category_id_idx ON repository (category_id);
CREATE INDEX t_repository_version_id_idx ON repository (version_id);
CREATE INDEX t_repository_arch_id_idx ON repository (arch_id);
CREATE INDEX t_repository_directory_id_idx ON repository (directory_id);
ALTER TABLE file_detail
    ADD CONSTRAINT file_detail_pkey PRIMARY KEY (id);
CREATE INDEX ix_file_detail_timestamp ON file_detail (timestamp);
ALTER TABLE repository_redirect
    ADD CONSTRAINT repository_redirect_pkey PRIMARY KEY (id),
    ADD CONSTRAINT repository_redirect_from_repo_key UNIQUE (from_repo),
    ADD CONSTRAINT repository_redirect_idx UNIQUE (from_repo, to_repo);
ALTER TABLE country_continent_redirect
    ADD CONSTRAINT country_continent_redirect_pkey PRIMARY KEY (id),
    ADD CONSTRAINT country_continent_redirect_country_key UNIQUE (country);
ALTER TABLE directory_exclusive_host
    ADD CONSTRAINT directory_exclusive_host_pkey PRIMARY KEY (id),
    ADD CONSTRAINT directory_exclusive_host_idx UNIQUE (directory_id, host_id);
ALTER TABLE location
    ADD CONSTRAINT location_pkey PRIMARY KEY (id),
    ADD CONSTRAINT location_name_key UNIQUE (name);
ALTER TABLE host_location
    ADD CONSTRAINT host_location_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_location_hlidx UNIQUE (location_id, host_id);
ALTER TABLE host_country
    ADD CONSTRAINT host_country_pkey PRIMARY KEY (id),
    ADD CONSTRAINT host_country_hlidx UNIQUE (host_id, country_id);
ALTER TABLE netblock_country
    ADD CONSTRAINT netblock_country_pkey PRIMARY KEY (id),
    ADD CONSTRAINT netblock_country_netblock_key UNIQUE (netblock);
ALTER TABLE host ADD CONSTRAINT host_site_id_fkey FOREIGN KEY (site_id) REFERENCES site (id);
ALTER TABLE category ADD CONSTRAINT category_product_id_fkey FOREIGN KEY (product_id) REFERENCES product (id);
ALTER TABLE category ADD CONSTRAINT category_topdir_id_fkey FOREIGN KEY (topdir_id) REFERENCES directory (id);
ALTER TABLE host_category ADD CONSTRAINT host_category_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE host_category ADD CONSTRAINT host_category_category_id_fkey FOREIGN KEY (category_id) REFERENCES category (id) ON DELETE CASCADE;
ALTER TABLE host_category_dir ADD CONSTRAINT host_category_dir_host_category_id_fkey FOREIGN KEY (host_category_id) REFERENCES host_category (id) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE host_category_dir ADD CONSTRAINT host_category_dir_directory_id_fkey FOREIGN KEY (directory_id) REFERENCES directory (id) ON DELETE CASCADE;
ALTER TABLE category_directory ADD CONSTRAINT category_directory_category_id_fkey FOREIGN KEY (category_id) REFERENCES category (id);
ALTER TABLE category_directory ADD CONSTRAINT category_directory_directory_id_fkey FOREIGN KEY (directory_id) REFERENCES directory (id);
ALTER TABLE host_category_url ADD CONSTRAINT host_category_url_host_category_id_fkey FOREIGN KEY (host_category_id) REFERENCES host_category (id) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE host_country_allowed ADD CONSTRAINT host_country_allowed_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE host_netblock ADD CONSTRAINT host_netblock_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE host_peer_asn ADD CONSTRAINT host_peer_asn_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE version ADD CONSTRAINT version_product_id_fkey FOREIGN KEY (product_id) REFERENCES product (id);
ALTER TABLE repository ADD CONSTRAINT repository_category_id_fkey FOREIGN KEY (category_id) REFERENCES category (id);
ALTER TABLE repository ADD CONSTRAINT repository_version_id_fkey FOREIGN KEY (version_id) REFERENCES version (id);
ALTER TABLE repository ADD CONSTRAINT repository_arch_id_fkey FOREIGN KEY (arch_id) REFERENCES arch (id);
ALTER TABLE repository ADD CONSTRAINT repository_directory_id_fkey FOREIGN KEY (directory_id) REFERENCES directory (id);
ALTER TABLE file_detail ADD CONSTRAINT file_detail_directory_id_fkey FOREIGN KEY (directory_id) REFERENCES directory (id);
ALTER TABLE directory_exclusive_host ADD CONSTRAINT directory_exclusive_host_directory_id_fkey FOREIGN KEY (directory_id) REFERENCES directory (id);
ALTER TABLE directory_exclusive_host ADD CONSTRAINT directory_exclusive_host_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE host_location ADD CONSTRAINT host_location_location_id_fkey FOREIGN KEY (location_id) REFERENCES location (id);
ALTER TABLE host_location ADD CONSTRAINT host_location_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
ALTER TABLE host_country ADD CONSTRAINT host_country_country_id_fkey FOREIGN KEY (country_id) REFERENCES country (id);
ALTER TABLE host_country ADD CONSTRAINT host_country_host_id_fkey FOREIGN KEY (host_id) REFERENCES host (id);
