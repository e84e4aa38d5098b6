"""Serving the application: on loopback, or elsewhere only where passwords and patients' data travel encrypted."""

import uvicorn

from extractor.delivery.http import is_loopback
from extractor.errors import UsageError
from extractor.web.app import create_app
from extractor.web.desk import Desk
from extractor.web.sign_on import check_sign_on
from models.stages.options import WebOptions


def run_server(desk: Desk) -> None:
    """Serve until told to stop. Raises ``UsageError`` for options that would send data unencrypted."""
    check_options(desk.options)
    make_server(desk).run()


def make_server(desk: Desk) -> uvicorn.Server:
    """The server, not started; it logs no request, because what is asked for is nobody's business."""
    options = desk.options
    return uvicorn.Server(
        uvicorn.Config(
            create_app(desk),
            host=options.host,
            port=options.port,
            ssl_certfile=options.tls_cert,
            ssl_keyfile=options.tls_key,
            proxy_headers=options.proxy is not None,
            forwarded_allow_ips=options.proxy,
            access_log=False,
            server_header=False,
            log_level="warning",
        )
    )


def check_options(options: WebOptions) -> None:
    """``UsageError`` where the page or its provider would be reached from elsewhere without TLS."""
    if (options.tls_cert is None) != (options.tls_key is None):
        raise UsageError("web.tls_cert and web.tls_key belong together: set both.")
    if options.sign_on is not None:
        check_sign_on(options.sign_on)
    if not is_loopback(options.host) and not options.is_secure:
        raise UsageError(
            f"The review page shows patients' data and does not bind to {options.host} unencrypted: set web.tls_cert "
            "and web.tls_key, or web.proxy to the address of the proxy that ends TLS."
        )
