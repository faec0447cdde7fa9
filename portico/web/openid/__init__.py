"""What browsers and other software see of OpenID Connect: pages for people, endpoints for clients."""
