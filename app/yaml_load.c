/* SPDX-License-Identifier: BSD-3-Clause */
/* A file becomes a document of nodes, each with its line. */
#include "app/yaml_reader.h"

#include <errno.h>
#include <string.h>

/* libyaml's reader, which looks at bytes before there are lines, only says at which byte it stopped. */
static size_t
line_of_byte(const char *file, size_t offset)
{
	FILE *input = fopen(file, "r");
	size_t line = 1;
	int c;

	if (input == NULL)
		return line;
	for (size_t i = 0; i < offset && (c = fgetc(input)) != EOF; i++)
		line += c == '\n';
	(void)fclose(input); /* only read from */
	return line;
}

/* What the parser stumbled over. */
static void
parser_error(const struct yaml_reader *r, const yaml_parser_t *parser)
{
	size_t line = parser->error == YAML_READER_ERROR
			      ? line_of_byte(r->file, parser->problem_offset)
			      : parser->problem_mark.line + 1;

	fprintf(r->errors,
		"%s:%zu: %s%s%s\n",
		r->file,
		line,
		parser->context != NULL ? parser->context : "",
		parser->context != NULL ? ": " : "",
		parser->problem != NULL ? parser->problem : "not YAML");
}

/* A second document in the file would be ignored silently. */
static bool
document_is_last(struct yaml_reader *r, yaml_parser_t *parser)
{
	yaml_document_t second;
	bool last;

	if (!yaml_parser_load(parser, &second)) {
		parser_error(r, parser);
		return false;
	}
	last = yaml_document_get_root_node(&second) == NULL;
	if (!last)
		fprintf(r->errors,
			"%s:%zu: a second document; one file holds one config\n",
			r->file,
			second.start_mark.line + 1);
	yaml_document_delete(&second);
	return last;
}

static yaml_node_t *
document_load(struct yaml_reader *r, yaml_parser_t *parser)
{
	yaml_node_t *root;

	if (!yaml_parser_load(parser, &r->document)) {
		parser_error(r, parser);
		return NULL;
	}
	root = yaml_document_get_root_node(&r->document);
	if (root == NULL)
		fprintf(r->errors, "%s:1: the file holds no config\n", r->file);
	if (root == NULL || !document_is_last(r, parser)) {
		yaml_document_delete(&r->document);
		return NULL;
	}
	return root;
}

yaml_node_t *
yaml_reader_open(struct yaml_reader *r, const char *file, FILE *errors)
{
	yaml_node_t *root = NULL;
	yaml_parser_t parser;
	FILE *input;
	int first;

	*r = (struct yaml_reader){.file = file, .errors = errors};
	input = fopen(file, "r");
	if (input == NULL) {
		fprintf(errors, "%s: cannot be opened: %s\n", file, strerror(errno));
		goto count;
	}
	if (!yaml_parser_initialize(&parser)) {
		fprintf(errors, "%s: out of memory\n", file);
		goto close_input;
	}
	yaml_parser_set_input_file(&parser, input);
	first = getc(input);
	if (first == EOF && ferror(input)) {
		fprintf(errors, "%s: cannot be read: %s\n", file, strerror(errno));
	} else {
		(void)ungetc(first, input); /* one character back is always possible; EOF is none */
		root = document_load(r, &parser);
	}
	yaml_parser_delete(&parser);
close_input:
	(void)fclose(input); /* only read from */
count:
	if (root == NULL)
		r->n_errors++;
	return root;
}

void
yaml_reader_close(struct yaml_reader *r)
{
	yaml_document_delete(&r->document);
}
