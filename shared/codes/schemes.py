"""The names of the code lists: a closed set, so that a slip of the pen is a type error and not an empty list."""

from __future__ import annotations

from enum import StrEnum


class Scheme(StrEnum):
    """One code list; the value is the name of its file under `data/lists`."""

    BUSINESS_CLASS = "business_class"
    BUYER_SECTOR = "buyer_sector"
    CERTIFICATE = "certificate"
    CERTIFICATE_CHANGE = "certificate_change"
    CLASS_CHANGE = "class_change"
    CONTRACT_NATURE = "contract_nature"
    COUNTRY = "country"
    COUNTRY_GROUP = "country_group"
    CURRENCY = "currency"
    DEMONSTRATION_CITY = "demonstration_city"
    EDUCATION = "education"
    INDUSTRY = "industry"
    INDUSTRY_CHANGE = "industry_change"
    INVESTOR_SIDE = "investor_side"
    MAIN_CLIENT_COUNTRY = "main_client_country"
    MIXED_CONTRACT_RULE = "mixed_contract_rule"
    NOT_COUNTED = "not_counted"
    NOT_OUTSOURCING = "not_outsourcing"
    PARK_KIND = "park_kind"
    PLACE_KIND = "place_kind"
    REGION = "region"
    REGISTRATION_GROUP = "registration_group"
    REGISTRATION_TYPE = "registration_type"
    SERVICE_MODE = "service_mode"
    SHARE_KIND = "share_kind"
    SUBDIVISION = "subdivision"
    SUPPLIER_SIZE = "supplier_size"
    TRAINING_KIND = "training_kind"
    UNIT_TYPE = "unit_type"
    URBAN_RURAL = "urban_rural"
    YES_NO = "yes_no"
