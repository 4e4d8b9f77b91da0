"""The words of pledges and registrations."""

COLLATERAL_KINDS = [
    ('mortgage', "Certificate kept"),
    ('custody', "Car in custody"),
]

#: States in which a pledge holds the car.
BINDING_STATES = ('reserved', 'live')
