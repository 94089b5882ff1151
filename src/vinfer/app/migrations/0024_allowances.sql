-- What a day allows, spent together by all processes: the tokens of a language model, for one.
create table allowances (
    name text not null,
    day date not null,
    spent bigint not null,
    primary key (name, day)
);
