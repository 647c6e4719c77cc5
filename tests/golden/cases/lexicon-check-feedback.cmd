cat >fr.yaml <<'YAML'
language: fr
families:
  secrecy:
    description: {fr: "Demande le secret", en: "Asks for secrecy"}
    sources: ["made up"]
    patterns:
      - strength: 0.8
        any_of:
          - "notre secret"
          - "cache ton telephone"
    examples: ["c'est notre secret"]
    counter_examples: ["une salle secrète"]
YAML
said() { for _ in $(seq "$1"); do printf '{"evidence":"%s","pattern":"%s","language":"fr","weight":0.4,"strength":0.8,"risk":0.6,"judgement":"%s","space":"lobby"}\n' "$2" "$3" "$4"; done; }
{ said 18 text.secrecy "notre secret" right; said 6 text.secrecy "notre secret" wrong; said 1 text.secrecy "notre secret" unsure
  said 1 text.secrecy "cache ton telephone" right; said 11 text.secrecy "cache ton telephone" wrong
  said 2 text.secrecy "ancienne expression" wrong; said 3 text.model "now.model" wrong; } >feedback.jsonl
"$vigie" lexicon check --quiet --feedback feedback.jsonl fr.yaml
"$vigie" lexicon check --quiet --feedback - --json fr.yaml <feedback.jsonl
sed -i '2s/right/rihgt/' feedback.jsonl
"$vigie" lexicon check --quiet --feedback feedback.jsonl fr.yaml
