"""How calls leave: SIP trunks."""
