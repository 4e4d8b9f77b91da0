"""The words of collection."""

CHANNELS = [
    ('call', "Phone call"),
    ('sms', "Text message"),
    ('visit', "Visit"),
    ('letter', "Letter"),
]

#: Channels that disturb a person at the moment of contact: not in the quiet hours.
DISTURBING_CHANNELS = ('call', 'sms', 'visit')
