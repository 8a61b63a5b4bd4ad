"""How the embedded model is made: pages, questions, tokenizer, training, evaluation, export. Not in the wheel."""
