"""What the stub says at the terminal, in English and in French. The messages of its interface are English alone."""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "stub": "A stand-in for CBSA's ACROSS release store. Nothing that it says is official."
    "\n\nExit codes: 0 all well; 1 some rows were bad, or a number is not on file; 2 wrong usage, or a file that is no"
    " feed; 3 the store can't be used now.",
    "serve": "Answer over HTTP, until stopped.",
    "load": "Load a feed: CSV or JSON Lines with transaction_number, ccn, service_option, release_office, sub_location,"
    " indicator, processed_at. Good rows are published all at once; a load that broke off goes on where it stopped.",
    "seed": "Load N rows of a plausible day of releases, all of synthetic numbers.",
    "status": "Show what is on file for a number. Fourteen digits are asked as a transaction number and as a CCN.",
    "refer": "Refer what is on file for a number for exam, now: if it had been released, the kiosks are told.",
    "fault": "Play a fault: down, slow, garbled; or off, to play none.",
    "opt-home": "Folder of the store's file (KIOSK_HOME).",
    "opt-database": "SQLAlchemy URL of the store, SQLite or PostgreSQL (ACROS_DATABASE).",
    "opt-lang": "Language of messages: en or fr (KIOSK_LANG, LANG).",
    "opt-json": "Print one JSON document.",
    "opt-host": "Address to listen at.",
    "opt-port": "Port to listen at.",
    "opt-demo": "Load the demonstration feed.",
    "opt-seed": "Number that the rows are made from.",
    "opt-day": "Day of the releases, like 2026-11-22; yesterday if not said.",
    "opt-how": "How answers are garbled: {hows}.",
    "opt-seconds": "How slow.",
    "opt-reuse": "Days after which a number may be another shipment's.",
    "opt-air-reuse": "The same for air waybills.",
    "wrong-number": "number: expected a CCN (5 to 25 of A-Z, 0-9 and -) or a transaction number (14 digits), got {got}",
    "wrong-day": "day: expected a date like 2026-11-22, got {got}",
    "file-or-demo": "load: expected a file or --demo, and not both",
    "unreadable": "{file}: expected a file that can be read, got: {got}",
    "no-feed": "This is no feed that can be loaded: {got}",
    "unavailable": "The store can't be used now: {got}",
    "progress": "{percent} %",
    "loaded": "{source}: {rows} good rows, {new} events that were new, {bad} bad rows",
    "resumed": "went on after line {line}, where an earlier load had stopped",
    "again": "{source}: loaded before, nothing new ({rows} good rows, {bad} bad rows)",
    "bad-row": "line {line}, {field}: expected {expected}, got {got}",
    "more-bad": "and {count} more; all of them are in {file}",
    "bad-unwritten": "and {count} more; {file} can't be written ({got}): use --json to see them all",
    "answer": "{kind} {number}: {status} ({reason})",
    "request": "  {number}: {status} ({reason}), indicator {indicator}, office {office}, {at}",
    "transaction": "transaction",
    "ccn": "CCN",
    "no-number": "without transaction number",
    "as-of": "as of {at}, from {authority}",
    "referred": "{number}: release requests referred for exam: {count}",
    "fault-on": "Now played: {fault}",
    "fault-off": "No fault is played.",
}
FRENCH: Final[Mapping[str, str]] = {
    "stub": "Un substitut du dépôt des mainlevées SSMAEC de l’ASFC. Rien de ce qu’il dit n’est officiel."
    "\n\nCodes de sortie : 0 tout va bien; 1 des lignes étaient fautives, ou un numéro n’est pas au dossier; 2 mauvais"
    " usage, ou un fichier qui n’est pas un flux; 3 le dépôt ne peut pas servir maintenant.",
    "serve": "Répondre par HTTP, jusqu’à l’arrêt.",
    "load": "Charger un flux : CSV ou JSON Lines avec transaction_number, ccn, service_option, release_office,"
    " sub_location, indicator, processed_at. Les bonnes lignes sont publiées d’un seul coup; un chargement interrompu"
    " reprend où il s’est arrêté.",
    "seed": "Charger N lignes d’une journée plausible de mainlevées, toutes de numéros inventés.",
    "status": "Montrer ce qui est au dossier pour un numéro. Quatorze chiffres sont demandés comme numéro de transaction"
    " et comme NCF.",
    "refer": "Renvoyer pour examen, maintenant, ce qui est au dossier pour un numéro : s’il y avait mainlevée, les kiosques"
    " l’apprennent.",
    "fault": "Jouer une panne : down, slow, garbled; ou off, pour n’en jouer aucune.",
    "opt-home": "Dossier du fichier du dépôt (KIOSK_HOME).",
    "opt-database": "URL SQLAlchemy du dépôt, SQLite ou PostgreSQL (ACROS_DATABASE).",
    "opt-lang": "Langue des messages : en ou fr (KIOSK_LANG, LANG).",
    "opt-json": "Écrire un seul document JSON.",
    "opt-host": "Adresse d’écoute.",
    "opt-port": "Port d’écoute.",
    "opt-demo": "Charger le flux de démonstration.",
    "opt-seed": "Nombre dont les lignes sont tirées.",
    "opt-day": "Jour des mainlevées, comme 2026-11-22; hier s’il n’est pas dit.",
    "opt-how": "Comment les réponses sont brouillées : {hows}.",
    "opt-seconds": "Avec quelle lenteur.",
    "opt-reuse": "Jours après lesquels un numéro peut être celui d’un autre envoi.",
    "opt-air-reuse": "De même pour les lettres de transport aérien.",
    "wrong-number": "numéro : attendu un NCF (5 à 25 de A-Z, 0-9 et -) ou un numéro de transaction (14 chiffres), reçu {got}",
    "wrong-day": "jour : attendu une date comme 2026-11-22, reçu {got}",
    "file-or-demo": "load : attendu un fichier ou --demo, et non les deux",
    "unreadable": "{file} : attendu un fichier lisible, reçu : {got}",
    "no-feed": "Ceci n’est pas un flux qui peut être chargé : {got}",
    "unavailable": "Le dépôt ne peut pas servir maintenant : {got}",
    "progress": "{percent} %",
    "loaded": "{source} : {rows} bonnes lignes, {new} événements nouveaux, {bad} lignes fautives",
    "resumed": "repris après la ligne {line}, où un chargement s’était arrêté",
    "again": "{source} : déjà chargé, rien de nouveau ({rows} bonnes lignes, {bad} lignes fautives)",
    "bad-row": "ligne {line}, {field} : attendu {expected}, reçu {got}",
    "more-bad": "et {count} de plus; toutes sont dans {file}",
    "bad-unwritten": "et {count} de plus; {file} ne peut pas être écrit ({got}) : --json les montre toutes",
    "answer": "{kind} {number} : {status} ({reason})",
    "request": "  {number} : {status} ({reason}), indicateur {indicator}, bureau {office}, {at}",
    "transaction": "transaction",
    "ccn": "NCF",
    "no-number": "sans numéro de transaction",
    "as-of": "en date du {at}, de {authority}",
    "referred": "{number} : demandes de mainlevée renvoyées pour examen : {count}",
    "fault-on": "Panne jouée : {fault}",
    "fault-off": "Aucune panne n’est jouée.",
}
LANGUAGES: Final = {"en": ENGLISH, "fr": FRENCH}


def language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The language asked for: `--lang`, then KIOSK_LANG, then LANG; English if none of them is known.

    Looked up before the command line is parsed, since the help texts are in it.

    >>> language(["load", "--lang", "fr"], {}), language([], {"LANG": "fr_CA.UTF-8"}), language(["--lang=en"], {})
    ('fr', 'fr', 'en')
    """
    said = [after for before, after in pairwise(arguments) if before == "--lang"]
    said += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    asked = (*said, environment.get("KIOSK_LANG", ""), environment.get("LANG", ""))
    return next((name[:2].lower() for name in asked if name[:2].lower() in LANGUAGES), "en")
