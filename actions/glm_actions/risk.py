"""Which actions cannot be taken back, by what they are aimed at."""

import re

from glm_actions.vocabulary import Action, Clicks, Key, Type

_WORDS = re.compile(
    r"""
    \b(?: submit | send | post | publish | reply | tweet | share
      | pay | payment | buy | purchase | order | book | reserve | checkout | subscribe | donate | transfer | withdraw
      | delete | remove | erase | discard | empty | deactivate | cancel\ (?!button$) | unsubscribe
      | confirm | agree | sign(?!\ ?in|\ ?up|\ ?out) | approve | accept\ offer | place\ bid | bid
      | senden | absenden | bezahlen | kaufen | bestellen | buchen | löschen | entfernen | bestätigen
      | envoyer | payer | acheter | commander | réserver | supprimer | confirmer
      | enviar | pagar | comprar | reservar | eliminar | borrar | confirmar )\b
    | 提交 | 发送 | 发布 | 支付 | 付款 | 购买 | 下单 | 预订
    | 删除 | 确认 | 转账 | 送信 | 支払 | 購入 | 注文 | 予約 | 削除 | 確定
    """,
    re.IGNORECASE | re.VERBOSE,
)


def irreversible(action: Action) -> bool:
    """Whether an action may submit, pay, send or delete something.

    Judged by the name of what is clicked; a click on something that has no name is suspected. Enter submits forms.
    """
    if isinstance(action, Key):
        return action.keys.split("+")[-1] == "enter"
    if isinstance(action, Type):
        return "\n" in action.content
    if isinstance(action, Clicks):
        return not action.element_info.strip() or bool(_WORDS.search(action.element_info))
    return False
