(* Oracle: reads frames "<number of bytes>\n<bytes>" from standard input and prints for each, on one line, the
   tree that the official parser builds, as JSON: every value an array that starts with its kind; every field and
   section with the line and column where it starts and the line where it ends (the parser's column is wrong after
   a backslash at a line end). A file that it refuses gives null. *)

open OpamParserTypes.FullPos

let quoted text =
  let buffer = Buffer.create (String.length text + 2) in
  let add = function
    | ('"' | '\\') as c -> Buffer.add_char buffer '\\'; Buffer.add_char buffer c
    | ' ' .. '~' as c -> Buffer.add_char buffer c
    | c -> Printf.bprintf buffer "\\u%04x" (Char.code c)
  in
  Buffer.add_char buffer '"';
  String.iter add text;
  Buffer.add_char buffer '"';
  Buffer.contents buffer

let array parts = "[" ^ String.concat "," parts ^ "]"

let comparison = function
  | `Eq -> "=" | `Neq -> "!=" | `Geq -> ">=" | `Gt -> ">" | `Leq -> "<=" | `Lt -> "<" | `Sem -> ">="

let update = function
  | OpamParserTypes.Eq -> "=" | PlusEq -> "+=" | EqPlus -> "=+" | EqPlusEq -> "=+=" | ColonEq -> ":=" | EqColon -> "=:"

let rec value v =
  match v.pelem with
  | Bool b -> array [ {|"bool"|}; string_of_bool b ]
  | Int i -> array [ {|"int"|}; string_of_int i ]
  | String s -> array [ {|"string"|}; quoted s ]
  | Ident s -> array [ {|"ident"|}; quoted s ]
  | List l -> array [ {|"list"|}; values l.pelem ]
  | Group l -> array [ {|"group"|}; values l.pelem ]
  | Option (v, l) -> array [ {|"option"|}; value v; values l.pelem ]
  | Logop (o, a, b) ->
    array [ {|"logical"|}; (match o.pelem with `And -> {|"&"|} | `Or -> {|"|"|}); value a; value b ]
  | Pfxop (o, v) ->
    array [ {|"prefix"|}; (match o.pelem with `Not -> {|"!"|} | `Defined -> {|"?"|}); value v ]
  | Relop (o, a, b) -> array [ {|"comparison"|}; quoted (comparison o.pelem); value a; value b ]
  | Prefix_relop (o, v) -> array [ {|"constraint"|}; quoted (comparison o.pelem); value v ]
  | Env_binding (a, o, b) -> array [ {|"update"|}; quoted (update o.pelem); value a; value b ]

and values l = array (List.map value l)

let place (line, column) = array [ string_of_int line; string_of_int column ]

let rec item i =
  let body =
    match i.pelem with
    | Variable (name, v) -> [ {|"field"|}; quoted name.pelem; value v ]
    | Section s ->
      let label = match s.section_name with None -> "null" | Some l -> quoted l.pelem in
      [ {|"section"|}; quoted s.section_kind.pelem; label; items s.section_items.pelem ]
  in
  array (body @ [ place i.pos.start; string_of_int (fst i.pos.stop) ])

and items l = array (List.map item l)

let () =
  set_binary_mode_in stdin true;
  try
    while true do
      let content = really_input_string stdin (int_of_string (input_line stdin)) in
      match OpamParser.FullPos.string content "opam" with
      | file -> print_endline (items file.file_contents)
      | exception (OpamLexer.Error _ | Parsing.Parse_error | Failure _ | Invalid_argument _) -> print_endline "null"
    done
  with End_of_file -> ()
