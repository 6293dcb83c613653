"""Shared by all schemes: one spelling for equal values, and the values that people write for a missing one."""

import re
import unicodedata
from typing import Final

from register.identifiers.problems import InvalidForm, Placeholder

LONGEST: Final = 64  # characters, as registration numbers; the longest real identifier seen is 20 (LEI)

_HYPHENS: Final = "\u2212\u02d7\u2043"  # besides all dashes of Unicode (category Pd): minus signs and hyphen bullet
_BLANK: Final = "\u115f\u1160\u2800\u0640"  # letters and symbols that show nothing, and the tatweel
_HAMZA_AND_MADDA: Final = "\u0653\u0654\u0655"  # marks that make another letter of an Arabic one
_RAISED: Final = ("<super>", "<sub>")  # 12² is not 122
_NOT_A_NUMBER: Final = re.compile(
    r"0+"  # nothing but zeros
    r"|9{4,}"
    r"|([0-9A-Z])\1{5,}"  # one character over and over; shorter runs such as 1111 are real numbers in some registers
    r"|[0-9]0{7,}"  # a round ten million or more: registers count upwards and have not come that far
    r"|X{2,}"
)
_DAYS_FOR_NOTHING: Final = re.compile(r"(0001|1753|1899|1900|1970|9999)-(01-01|12-30|12-31)|-1")  # of programs
_BRACKETED: Final = re.compile(r"\s*[\[(<{].*[\])>}]\s*")  # as a pivot table writes (blank)
_WORD: Final = re.compile("[A-Za-z\u0621-\u063a\u0641-\u064a]{3,}")
_WORDS_FOR_NOTHING: Final = 2  # of three letters or more; no phrase for nothing has more
_SEPARATORS: Final = re.compile(r"[\W_]+")
_ONE_LETTER: Final[dict[int, str | None]] = str.maketrans(
    {
        "\u06cc": "\u064a",  # Persian ye, and the dotless alef maksura, are typed for the Arabic ye
        "\u0649": "\u064a",
        "\u06d2": "\u064a",
        "\u06a9": "\u0643",  # Persian and Urdu kaf
        "\u06c1": "\u0647",
        "\u06be": "\u0647",
        "\u06d5": "\u0647",
        "\u0629": "\u0647",  # the ending of a feminine word
        "\u0671": "\u0627",
        **dict.fromkeys(_BLANK, None),
    }
)


def spelled(value: str) -> str:
    """Write a value with ASCII digits and hyphens, in capitals, without blanks, invisible characters and accents.

    Compatibility forms (full width, presentation forms, circled digits) become plain ones; raised digits stay.
    The result is its own spelling.

    >>> spelled(" cn\u2011\u0661\u0660-1 \u200f")
    'CN-10-1'
    >>> spelled("\uff23\uff2e\uff0d\u0967\u0301\u200b")
    'CN-1'
    """
    if value.isascii() and value.isprintable():
        return value if value.isdigit() else "".join(value.split()).upper()
    capitals = _plain(value).upper()  # which may bring a mark with it
    return capitals if capitals.isascii() else _plain(capitals)


def _plain(value: str) -> str:
    composed = unicodedata.normalize("NFC", "".join(map(_compatible, value)))
    return unicodedata.normalize("NFC", "".join(map(_meant, composed)))


def _compatible(character: str) -> str:
    if unicodedata.decomposition(character).startswith(_RAISED):
        return character
    return unicodedata.normalize("NFKC", character)


def _meant(character: str) -> str:
    """Give a character without its accents, except accents that make it another Arabic letter."""
    decomposed = unicodedata.normalize("NFD", character)
    if decomposed[-1] in _HAMZA_AND_MADDA and len(decomposed) > 1:
        return character
    return "".join(map(_plain_character, decomposed))


def _plain_character(character: str) -> str:
    if character in _BLANK or character.isspace():
        return ""
    if character in _HYPHENS:
        return "-"
    match unicodedata.category(character):
        case "Cc" | "Cf" | "Cs" | "Cn" | "Mn" | "Me":
            return ""
        case "Pd":
            return "-"
        case "Nd":
            return str(unicodedata.decimal(character))
    return character


def _bare(value: str) -> str:
    """Fold a text to capital letters and digits, with one form per Arabic letter, to compare words."""
    if not value.isascii():
        value = unicodedata.normalize("NFKD", value).translate(_ONE_LETTER)
    return _SEPARATORS.sub("", value).upper()


def _bare_words(words: str) -> frozenset[str]:
    return frozenset(_bare(one) for one in words.split(","))


_SAYS_NOTHING: Final = _bare_words(
    "na,nan,nat,nil,none,null,void null,undefined,unknown,unspecified,unavailable,inf,true,false,nbsp,tba,tbd,tbc,"
    "not available,not applicable,not specified,not defined,not known,not provided,not set,not found,not stated,"
    "no data,no value,no name,no number,pending,test,object object,object null,object undefined,dbnull,system dbnull,"
    "none type,s nil,d nil,v nil,error 404,404 not found,"
    "لا يوجد,لا توجد,لا شيء,لا شيئ,لا شي,لا ينطبق,لا تنطبق,لا بيانات,لا توجد بيانات,لا يوجد رقم,لا يوجد اسم,بدون,"
    "بدون رقم,بدون اسم,بلا رقم,بلا اسم,"
    "غير متوفر,غير متوفرة,غير متاح,غير متاحة,غير معروف,غير معروفة,غير محدد,غير محددة,غير معرف,"
    "غير معرفة,غير موجود,غير موجودة,غير مذكور,غير مذكورة,غير منطبق,غير مسجل,لم يحدد,لم يذكر,فارغ,فارغة,مجهول,خطأ,"
    "نامشخص,نامعلوم,ندارد"
)
"""Texts that people and programs write for a missing value, without separators. Only whole texts count."""
_NO_NUMBER: Final = _SAYS_NOTHING | _bare_words(
    "infinity,ref,name,value,div0,num,number,empty,blank,missing,void,object,error,default,temp,spill,calc,"
    "getting data,1ind,1inf,1qnan,1snan,invalid,invalid date,خالي,اختبار,تجربة,معدوم"
)
"""Words that no registry gives as a number, though a company may be called so."""
_NULLS_OF_DATABASES: Final = frozenset({"\\N", "\\n"})  # as MySQL and PostgreSQL write NULL into a file
_ROUNDED: Final = re.compile(r"[0-9]+(\.[0-9]+)?E\+[0-9]+")
SHORTEST_REPEATED: Final = 3  # letters of a word for nothing; a shorter one twice may be a name, as Nana is
_FAULTS_OF_SHEETS: Final = _bare_words(
    "null,na,ref,name,value,div0,num,spill,calc,field,blocked,unknown,connect,busy,getting data,error,python,external,"
    "ind,inf,qnan,snan,1ind,1inf,1qnan,1snan"
)
"""Words that a spreadsheet or a C library writes behind a # for a value that it could not compute."""


def is_placeholder(value: str) -> bool:
    """Tell whether a value only fills a field: two records with this value have nothing in common.

    >>> [is_placeholder(one) for one in ("0000", "9999999999", "N/A", " - ", "لا يوجد", "7000000000", "#REF!", "NaN")]
    [True, True, True, True, True, True, True, True]
    >>> [is_placeholder(one) for one in ("-1", "1970-01-01", "9999-12-31", "(blank)", "بلا رقم")]
    [True, True, True, True, True]
    >>> [is_placeholder(one) for one in ("7001775498", "9-1", "1111", "12345", "CN-1065923", "19700101")]
    [False, False, False, False, False, False]
    """
    if value.isascii() and value.isdigit():  # most numbers
        return _NOT_A_NUMBER.fullmatch(value) is not None
    compact = spelled(value)
    bare = _bare(compact)
    return (
        bare in _NO_NUMBER
        or _NOT_A_NUMBER.fullmatch(bare) is not None
        or is_rounded(compact)
        or _DAYS_FOR_NOTHING.fullmatch(compact) is not None
        or _says_nothing(value, bare)
        or _repeats_a_word(bare)
    )


def is_rounded(compact: str) -> bool:
    """Tell whether a spreadsheet has written a long number with an exponent, as in 7.00E+09: its digits are lost."""
    return _ROUNDED.fullmatch(compact) is not None


def says_nothing(text: str) -> bool:
    """Tell whether a text, such as a name, has no content.

    Such a text shows no letter and no digit, or is a word for a missing value.

    >>> [says_nothing(one) for one in ("", " \u200f", "؟؟", "(null)", "غَیر مُحدَّد", "#NAME?", "None None")]
    [True, True, True, True, True, True, True]
    >>> [says_nothing(one) for one in ("(blank)", "[empty]", "بلا اسم", "Error 404")]
    [True, True, True, True]
    >>> [says_nothing(one) for one in ("Nan Trading", "True Co", "Name", "0000", "لا شيء مستحيل", "Blank", "(Value)s")]
    [False, False, False, False, False, False, False]
    """
    if len(set(_WORD.findall(text))) > _WORDS_FOR_NOTHING:  # most names
        return False
    return _says_nothing(text, _bare(text))


def _repeats_a_word(bare: str) -> bool:
    """Tell whether a text repeats one word for a missing value: two columns joined without a blank."""
    length = (bare + bare).index(bare, 1) if bare else 0
    return SHORTEST_REPEATED <= length < len(bare) and bare[:length] in _SAYS_NOTHING


def _says_nothing(text: str, bare: str) -> bool:
    if text.strip() in _NULLS_OF_DATABASES:
        return True
    if not bare or bare in _SAYS_NOTHING:
        return True
    if bare in _NO_NUMBER and _BRACKETED.fullmatch(text) is not None:
        return True
    if bare in _FAULTS_OF_SHEETS and ("#" in text or "\uff03" in text):
        return True
    if (bare + bare).index(bare, 1) == len(bare):
        return False
    words = {_bare(word) for word in text.split()}  # a first and a last name, joined: undefined undefined
    return len(words) == 1 and not words.isdisjoint(_SAYS_NOTHING)


def required(number: str, form: re.Pattern[str], form_in_words: str) -> str:
    """Return the number if it has the form and is no placeholder. Raises Placeholder or InvalidForm."""
    if is_placeholder(number):
        raise Placeholder(f"it is a placeholder, expected {form_in_words}")
    if not form.fullmatch(number):
        raise InvalidForm(f"it has another form than {form_in_words}")
    return number
