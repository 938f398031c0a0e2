/* SPDX-License-Identifier: BSD-3-Clause */
/* The compiled XDP program as bytes of leat; the build passes its path. */
	.section .rodata
	.global steer_object_bytes
	.global steer_object_bytes_end
	.type steer_object_bytes, @object
	.balign 8
steer_object_bytes:
	.incbin STEER_OBJECT_PATH
steer_object_bytes_end:
	.size steer_object_bytes, . - steer_object_bytes
	.section .note.GNU-stack, "", @progbits
