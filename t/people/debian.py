#!/usr/bin/python3
"""debian.py MARKETS: values from packages of Debian, for t/people/judge.

Prints one JSON object a line, as npm.mjs does: the numbers that the docstrings
of python-stdnum call valid, and faker's persons of each market for which it
has a locale.  PYTHONPATH names the packages.
"""

import ast
import doctest
import importlib
import json
import pathlib
import pkgutil
import re
import sys

import faker
import faker.providers
import stdnum

# Persons of each locale of faker's.
PERSONS = 400

IDENTIFICATION_NUMBER = "/customer/identificationNumber"
TAX_NUMBER = "/customer/taxIdentificationNumber"

# What each provider of faker's gives to a customer.
PROVIDERS = {
    "person": {
        "/customer/firstName": "first_name",
        "/customer/lastName": "last_name",
    },
    "address": {
        "/customer/address/street": "street_name",
        "/customer/address/streetNumber": "building_number",
        "/customer/address/postalCode": "postcode",
        "/customer/address/postalPlace": "city",
    },
    "company": {"/customer/companyName": "company"},
    "internet": {"/customer/email": "safe_email"},
    "phone_number": {"/customer/phone": "phone_number"},
}


def say(source, market, values):
    print(
        json.dumps(
            {"source": source, "market": market, "valid": True, "set": values}
        )
    )


def documented(module):
    """The first argument of each validate() in the docstring that does not
    raise."""
    for example in doctest.DocTestParser().get_examples(module.__doc__ or ""):
        call = re.match(r"validate\((['\"].*?['\"])[,)]", example.source)
        if call and example.exc_msg is None:
            yield ast.literal_eval(call[1])


def numbers():
    for package in pkgutil.iter_modules(stdnum.__path__):
        if not package.ispkg or len(package.name.rstrip("_")) != 2:
            continue
        path = importlib.import_module(f"stdnum.{package.name}").__path__
        market = package.name.rstrip("_").upper()
        for found in pkgutil.iter_modules(path):
            module = importlib.import_module(
                f"stdnum.{package.name}.{found.name}"
            )
            for number in documented(module):
                for pointer in (IDENTIFICATION_NUMBER, TAX_NUMBER):
                    say("stdnum: docstrings", market, {pointer: number})


def provides(provider, locale):
    folder = pathlib.Path(faker.providers.__path__[0]) / provider
    return (folder / locale).is_dir()


def persons(markets):
    for locale in sorted(faker.config.AVAILABLE_LOCALES):
        market = {"no_NO": "NO"}.get(locale, locale[-2:])
        if market not in markets or len(locale) != 5:
            continue
        fake = faker.Faker(locale)
        fake.seed(14)
        made = {
            pointer: getattr(fake, name)
            for provider, fields in PROVIDERS.items()
            if provides(provider, locale)
            for pointer, name in fields.items()
        }
        for _ in range(PERSONS):
            say(
                "faker: persons",
                market,
                {pointer: make() for pointer, make in made.items()},
            )


numbers()
persons(sys.argv[1].split())
