"""PORTICO_MEDIA_URL as a store: empty for a folder, s3://KEY:SECRET@HOST/BUCKET for an S3-compatible server."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from portico.lib.environment import WrongSetting


def media_store_of(url: str, folder: Path) -> dict[str, Any]:
    """As Django's STORAGES has it. `?region=...` names a region, `?tls=off` speaks plain HTTP. Raises WrongSetting."""
    if not url:
        options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    bucket = parts.path.strip("/")
    place = parts.netloc.rpartition("@")[2]
    is_whole = parts.scheme == "s3" and parts.username and parts.password and place and bucket and "/" not in bucket
    if not is_whole or query.keys() - {"region", "tls"}:
        raise WrongSetting("PORTICO_MEDIA_URL must look like s3://KEY:SECRET@HOST/BUCKET?region=eu-central-1.")
    scheme = "http" if query.get("tls") == "off" else "https"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{place}",
            "region_name": query.get("region", "us-east-1"),
            "client_config": _client(),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 3600,
            "file_overwrite": False,
        },
    }


def _client() -> Any:
    from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415 -- slow to load, only needed here

    return Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        # Servers other than Amazon's often do not know the checksums that are sent by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
