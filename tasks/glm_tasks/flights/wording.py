"""How the site words things: groups of labels that are said in one of four ways each."""

from random import Random

_Ways = dict[str, tuple[str, str, str, str]]

_TRIP: _Ways = {
    "oneway": ("One way", "One-way", "Single", "There only"),
    "return": ("Return", "Round trip", "Return trip", "There and back"),
}
_PLACES: _Ways = {
    "from": ("From", "Flying from", "Leaving from", "Where from?"),
    "to": ("To", "Flying to", "Going to", "Where to?"),
    "city_hint": ("City or airport", "Type a city", "Any city", "City"),
    "no_city": ("No matching city", "Nothing found", "We do not fly there", "No such city"),
    "popular": ("Popular right now", "Often booked", "Popular cities", "Top destinations"),
    "need_from": (
        "Choose where you start from",
        "Enter an origin",
        "Please choose a departure city",
        "Where do you start?",
    ),
    "need_to": ("Choose a destination", "Enter a destination", "Please choose where to go", "Where do you want to go?"),
    "same_city": (
        "Choose two different cities",
        "Origin and destination are the same",
        "You are already there",
        "Pick another city",
    ),
}
_DATES: _Ways = {
    "depart": ("Departure", "Depart", "Outbound", "Leaving on"),
    "back": ("Return date", "Return", "Inbound", "Coming back on"),
    "date_hint": ("Add date", "Choose a date", "Select day", "Any day"),
    "need_depart": ("Choose a departure date", "Enter a date", "Please pick a day", "When do you leave?"),
    "need_back": (
        "Choose a return date",
        "Enter a return date",
        "Please pick the day you return",
        "When do you return?",
    ),
}
_PEOPLE: _Ways = {
    "people": ("Passengers", "Travellers", "Who is flying", "Guests"),
    "person": ("Passenger", "Traveller", "Passenger", "Guest"),
    "adult": ("adult", "adult", "grown-up", "adult"),
    "adults": ("adults", "adults", "grown-ups", "adults"),
    "child": ("child", "child", "child", "child"),
    "children": ("children", "children", "children", "children"),
    "people_title": ("Passenger details", "Who is travelling?", "Traveller information", "Your details"),
    "first": ("First name", "Given name", "First name", "Forename"),
    "last": ("Last name", "Family name", "Surname", "Last name"),
    "email": ("E-mail", "Email address", "Contact e-mail", "Your e-mail"),
    "need_name": ("Enter a name", "This field is required", "Please fill this in", "Name missing"),
    "bad_name": ("Use letters only", "This does not look like a name", "Please use letters", "Letters only, please"),
    "bad_email": (
        "Enter a valid e-mail",
        "This is not an e-mail address",
        "Please check the address",
        "E-mail missing",
    ),
    "done": ("Done", "Apply", "OK", "Close"),
}
_SEATS: _Ways = {
    "seats": ("Seat", "Choose your seat", "Seating", "Where would you like to sit?"),
    "seat": ("Seat", "Seat", "Seats", "Seat"),
    "noseat": ("No preference", "Any seat is fine", "Let us choose for you", "Skip seat choice"),
    "taken": ("Taken", "Occupied", "Not available", "Taken"),
    "free": ("Free", "Available", "Free", "Open"),
    "need_seat": (
        "Choose a seat for everyone",
        "Pick a seat or skip",
        "Select a seat or no preference",
        "Seat missing",
    ),
}
_BUTTONS: _Ways = {
    "search": ("Search", "Search flights", "Find flights", "Show flights"),
    "select": ("Select", "Choose", "View deal", "Pick"),
    "continue": ("Continue", "Next step", "Go to checkout", "Proceed"),
    "book": ("Book", "Confirm and pay", "Book now", "Complete booking"),
    "edit": ("Change search", "Edit", "Modify search", "New search"),
    "change": ("Change", "Edit", "Modify", "Change"),
    "next": ("Next", "Continue", "Next", "OK"),
    "previous": ("Back", "Previous", "Back", "Back"),
}
_SORTS: _Ways = {
    "sort": ("Sort by", "Order by", "Sort", "Show first"),
    "sort_best": ("Recommended", "Best", "Our pick", "Suggested"),
    "sort_price": ("Cheapest", "Lowest price", "Price", "Cheapest first"),
    "sort_time": ("Fastest", "Shortest", "Duration", "Quickest"),
    "sort_early": ("Earliest", "Departure time", "Earliest departure", "Leaves first"),
    "filters": ("Filters", "Narrow down", "Filter", "Show only"),
    "direct": ("Direct only", "Non-stop only", "No stops", "Direct flights"),
    "airlines": ("Airlines", "Airline", "Carriers", "Operated by"),
    "clear": ("Clear filters", "Reset", "Show all", "Remove filters"),
    "nothing": ("No flight matches", "Nothing left to show", "No results", "No flights with these filters"),
    "nonstop": ("Direct", "Non-stop", "No stops", "Direct"),
    "stop": ("1 stop", "1 stop", "One stop", "1 change"),
    "stops": ("2 stops", "2 stops", "Two stops", "2 changes"),
}
_CHECKOUT: _Ways = {
    "review": ("Review and pay", "Check your booking", "Almost done", "Summary"),
    "total": ("Total", "Total price", "To pay", "You pay"),
    "terms": (
        "I accept the terms and conditions",
        "I have read the fare rules",
        "I agree to the conditions of carriage",
        "Terms and conditions accepted",
    ),
    "need_terms": ("Accept the terms first", "Please tick the box", "You have to agree to go on", "Tick the box above"),
    "booked": ("Booking confirmed", "You are all set", "Thank you for booking", "Your trip is booked"),
    "number": ("Confirmation number", "Booking reference", "Your booking code", "Confirmation"),
    "trips": ("My trips", "Bookings", "My bookings", "Your trips"),
}
_CONSENT: _Ways = {
    "cookies": (
        "We use cookies to make this site work and to measure how it is used.",
        "This site stores cookies on your device.",
        "Before you go on: may we use cookies?",
        "Cookies help us to show fares that suit you.",
    ),
    "accept": ("Accept all", "Allow all", "I agree", "OK"),
    "reject": ("Only necessary", "Reject", "No, thanks", "Decline"),
    "letter": ("Get the best fares by e-mail", "10% off your next trip", "Never miss a deal", "Join our newsletter"),
    "letter_text": (
        "One message a week, and you can leave at any time.",
        "Subscribe and be the first to know.",
        "Our editors pick five fares each Friday.",
        "Fares, ideas and stories for your next journey.",
    ),
    "subscribe": ("Subscribe", "Sign me up", "Yes, please", "Join"),
    "no_letter": ("No thanks", "Maybe later", "Not now", "Skip"),
}
_AROUND: _Ways = {
    "flights": ("Flights", "Flights", "Fly", "Air"),
    "hotels": ("Hotels", "Stays", "Hotels", "Rooms"),
    "cars": ("Cars", "Car hire", "Rental cars", "Cars"),
    "help": ("Help", "Support", "Contact", "Help centre"),
    "about": ("About us", "Company", "Who we are", "About"),
    "privacy": ("Privacy", "Privacy policy", "Data protection", "Privacy"),
    "elsewhere": (
        "There is nothing here yet.",
        "This page is being written.",
        "Coming soon.",
        "We are working on this page.",
    ),
    "hero": ("Where to next?", "Fares for people who plan ahead", "The world is waiting", "Cheap flights, plainly"),
    "promos": ("Ideas for you", "Deals of the week", "People also fly to", "From your airport"),
    "fare_from": ("from", "from", "as low as", "starting at"),
}
_GROUPS = (_TRIP, _PLACES, _DATES, _PEOPLE, _SEATS, _BUTTONS, _SORTS, _CHECKOUT, _CONSENT, _AROUND)


def labels(rng: Random) -> dict[str, str]:
    """One way of saying for each group, and so of each label."""
    chosen = {}
    for group in _GROUPS:
        way = rng.randrange(4)
        chosen.update({key: ways[way] for key, ways in group.items()})
    return chosen
